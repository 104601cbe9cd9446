/** Documents for the readers: hand-picked corners, generated trees of known and unknown tags, and damaged ones. */
import fc from "fast-check";
import { writeCall } from "../../lib/wire/xmlrpc-write.ts";
import { anyValue } from "./xmlrpc-values.ts";

const call = (inner: string): string => `<methodCall><methodName>a.b</methodName>${inner}</methodCall>`;
const param = (inner: string): string => call(`<params><param><value>${inner}</value></param></params>`);

const PROLOGS = [
  ...["", "\ufeff", " ", "\n", "<!-- a -->", "<!-- a --><?b c?>", "<![CDATA[]]>", "<a/>", "x", "&#32;"],
  ...[
    '<?xml version="1.0"?>',
    '\ufeff<?xml version="1.0"?>',
    '<?xml version="1.1"?>\r\n',
    '<?xml version="foo"?>',
  ],
  ...[
    '<?xml encoding="x"?>',
    '<?xml version="1.0" encoding="latin-1"?>',
    '<?xml version="1.0" encoding=""?>',
  ],
  ...[
    '<?xml version="1.0" standalone="yes"?>',
    '<?xml version="1.0" standalone="maybe"?>',
    "<?xml?>",
    "<?xmlx?>",
  ],
  ...[
    '<?xml version="1.0" foo="a"?>',
    '<?xml version="1.0" ?><?XML a?>',
    '<?xml version=""?>',
    "<?xMl?>",
    "<?xml-x?>",
  ],
  ...[
    '<?xml version="1.0"?><?xml version="1.0"?>',
    '<?xml version="1.0"encoding="utf-8"?>',
    "<?a:b?>",
    "<??>",
  ],
  ...[
    "<?xml version = '1.0'  encoding = 'utf-8' standalone='no' ?>",
    '<?xml version="1.0"? >',
    '<?xml\nversion="1.0"?>',
  ],
  ...[
    '<?xml version="1.0" standalone="no" encoding="utf-8"?>',
    ' <?xml version="1.0"?>',
    "<?foo??>",
    "<?foo bar?>",
  ],
  ...[
    "<!DOCTYPE a>",
    '<!DOCTYPE a SYSTEM "x">',
    '<!DOCTYPE a PUBLIC "a" "x">',
    '<!DOCTYPE a PUBLIC "a">',
    "<!DOCTYPE>",
  ],
  ...[
    "<!doctype a>",
    "<!-- a --><!DOCTYPE a>",
    "<!DOCTYPE a><!DOCTYPE a>",
    "<!DOCTYPEa>",
    "<!DOCTYPE a:b>",
    "<!ELEMENT a>",
  ],
];

const INNERS = [
  ...[
    "<?foo?>",
    "<?foo??>",
    "<!-- a -- b -->",
    "<!---->",
    "<!-->-->",
    "<!-- a --->",
    "<!-- a",
    "<!DOCTYPE a>",
    "<!foo>",
  ],
  ...[
    "<a:b/>",
    '<a:b xmlns:a="x"/>',
    '<a:b xmlns:a="x"></a:b>',
    '<a:b:c xmlns:a="x"/>',
    "<:a/>",
    "<a: />",
    "<xml:a/>",
  ],
  ...[
    '<x xmlns:a=""/>',
    '<x xmlns=""/>',
    '<x xmlns:xml="a"/>',
    '<x xmlns:xmlns="a"/>',
    "<xmlns:a/>",
    '<x xml:lang="a"/>',
  ],
  ...[
    '<x xmlns:a="q" xmlns:b="q" a:c="" b:c=""/>',
    '<x xmlns:a="q" xmlns:b="r" a:c="" b:c=""/>',
    '<x a:b=""/>',
  ],
  ...[
    '<x xmlns:a="http://www.w3.org/XML/1998/namespace"/>',
    '<x xmlns="http://www.w3.org/XML/1998/namespace"/>',
  ],
  ...[
    '<x xmlns:b="http://www.w3.org/2000/xmlns/"/>',
    '<x xmlns:xml="http://www.w3.org/XML/1998/namespace"/>',
  ],
  ...[
    '<x xmlns:a="q"/><a:b/>',
    '<x xmlns:a="q"><a:b/></x>',
    '<x xmlns:a="q"><y xmlns:a="r"><a:b/></y><a:b/></x>',
  ],
  ...[
    "<x a='1'b='2'/>",
    "<x a='1' a='2'/>",
    "<x a/>",
    "<x a=1/>",
    "<x a = '1'/>",
    "<x a='<'/>",
    "<x a='>'/>",
    "<x a='&foo;'/>",
  ],
  ...[
    "<x a='&#1;'/>",
    "<x a='&lt;'/>",
    "<x / >",
    "<x></x >",
    "<x></ x>",
    "< x/>",
    "<x></y>",
    "<x></xx>",
    "<xx></x>",
    "<x>",
    "</x>",
  ],
  ...[
    "<x>]]></x>",
    "<x>]]</x>",
    "<![CDATA[a]]b]]>",
    "<![CDATA[a]]]>",
    "<![cdata[a]]>",
    "<![CDATA[a",
    "<x>&#13;</x>",
  ],
  ...[
    "<x>&#xFFFE;</x>",
    "<x>&#x1FFFE;</x>",
    "<x>&#xD800;</x>",
    "<x>&#x110000;</x>",
    "<x>&#;</x>",
    "<x>&#X41;</x>",
    "<x>& </x>",
  ],
  ...[
    "<x>&amp</x>",
    "<x>&;</x>",
    "<x>&nbsp;</x>",
    "<x>&#0;</x>",
    "<x>&#11;</x>",
    "<x>&#0000000000000000065;</x>",
    "<x>&#9;</x>",
  ],
  ...[
    "<x>\ufffe</x>",
    "<x>\x7f\x85</x>",
    "<x>\0</x>",
    "<x>\x1b</x>",
    "<x>\u{10ffff}</x>",
    "<\u00e9/>",
    "<x\u00b7/>",
    "<\u00b7/>",
  ],
  ...[
    "<x-.9_/>",
    "<9/>",
    "<-/>",
    "<_/>",
    "<x\n/>",
    "<x\r\na='1'\t/>",
    "<x/",
    "<",
    "<x",
    "<x a",
    "<x a=",
    "<x a='",
    "&",
    "&#",
    "&amp",
  ],
];

const VALUES = [
  ...[
    "<int> 5 </int>",
    "<int>1_0</int>",
    "<int>+5</int>",
    "<int>\xa05\x85\u3000</int>",
    "<int>\ufeff5</int>",
    "<int/>",
  ],
  ...[
    "<int>0x10</int>",
    "<int>-0</int>",
    "<int>5.0</int>",
    "<int>1__0</int>",
    "<int>_1</int>",
    "<int>- 5</int>",
    "<i4>7</i4>",
  ],
  ...[
    "<int>99999999999999999999999</int>",
    `<int>${"9".repeat(4300)}</int>`,
    `<int>${"9".repeat(4301)}</int>`,
    "<i8>5</i8>",
  ],
  ...[
    "<double> 1_0.5e1_0 </double>",
    "<double>.5</double>",
    "<double>5.</double>",
    "<double>.</double>",
    "<double>nan</double>",
  ],
  ...[
    "<double>+inFinity</double>",
    "<double>-inf</double>",
    "<double>1e400</double>",
    "<double/>",
    "<double>1e</double>",
  ],
  ...[
    "YWJj",
    "YW Jj\n",
    "YWJ",
    "YW=Jj",
    "YQ==YQ==",
    "Y",
    "=",
    "YQ=",
    "YQ=a=",
    "\u00e9YWJj",
    "",
    "YWJjYQ",
    "====",
    "YW==",
  ].map((text) => `<base64>${text}</base64>`),
  ...["-_-_", "YWJj=", "YWJj==", "YQ==Y", "w6k=", "77u/YQ=="].map((text) => `<base64>${text}</base64>`),
  ...[
    "20240229T01:02:03",
    "20230229T01:02:03",
    "2024 1 2T1:2:3",
    "202412T1:2:3",
    "20241231t23:59:60",
    "20241231T23:59:61",
  ].map((text) => `<dateTime.iso8601>${text}</dateTime.iso8601>`),
  ...[
    " 20241231T23:59:59",
    "00010101T00:00:00",
    "00000101T00:00:00",
    "2024111T00:00:00",
    "20241 1T00:00:00",
    "",
  ].map((text) => `<dateTime.iso8601>${text}</dateTime.iso8601>`),
  ...["20241231T23:59:59Z", "20241301T00:00:00", "20240431T00:00:00", "2024123T4:5:6"].map(
    (text) => `<dateTime.iso8601>${text}</dateTime.iso8601>`,
  ),
  ...[
    "<array><data/></array>",
    "<array/>",
    "<array><int>5</int></array>",
    "<array><x>5</x></array>",
    "<array>5</array>",
  ],
  ...[
    "<struct/>",
    "<struct><member><name/><value/></member></struct>",
    "<struct><member><name>a</name></member></struct>",
  ],
  ...[
    "<struct><value/></struct>",
    "<struct><member><name>a</name><int>5</int><int>6</int></member></struct>",
    "<struct>5</struct>",
  ],
  ...[
    "<struct><member><name>a</name><x>5<y>6</y></x></member></struct>",
    "<struct><member><value>a</value>5<int>1</int></member></struct>",
  ],
  ...[
    "<struct><member><name>a</name><int>1</int></member><member><name>a</name><int>2</int></member></struct>",
  ],
  ...[
    "<nil/>",
    "<x> </x>",
    "<x><int>5</int></x>",
    "a<int>5</int>b",
    "<int>5<x/>6</int>",
    "a<!-- -->b",
    "a<?b?>c",
    "a<![CDATA[<]]>b",
  ],
  ...[
    "<string>a<x/>b</string>",
    "<string/>",
    "<boolean> 1</boolean>",
    "<boolean>1</boolean>",
    "<boolean>true</boolean>",
    "<boolean/>",
  ],
  ...[
    "<value><value>5</value></value>",
    "<data><int>1</int></data>",
    "<param><int>1</int></param>",
    "<param/>",
    " a ",
    "a\r\nb\rc",
  ],
  ...[
    "<int>5</int><int>6</int>",
    "<params><int>1</int></params>",
    "<methodName>x</methodName>",
    "&lt;&#65;&#x42;&quot;&apos;&amp;&gt;",
  ],
];

const WHOLES = [
  ...[
    "",
    " ",
    "<a/>",
    "<a><methodName>x</methodName><methodName/></a>",
    "<a><methodName>x<b/>y</methodName></a>",
  ],
  ...[
    "<a><methodName> x </methodName></a>",
    "<methodName>q</methodName>",
    "<a><methodName></methodName></a>",
    "<a><methodName> </methodName></a>",
  ],
  ...[
    "<params><x/><methodName>q<int>5</int></methodName><string/></params>",
    '<a xmlns="x"><methodName>q</methodName></a>',
  ],
  ...[
    "<a><params><int>1</int></params><params/><methodName>s</methodName></a>",
    "<a><methodName><![CDATA[q]]></methodName></a>",
  ],
  ...[
    "<a><METHODNAME>s</METHODNAME></a>",
    `${call("")}x`,
    `${call("")}<a/>`,
    `${call("")}\n<!-- a --> <?b?>\r\n`,
    `${call("")}&#32;`,
  ],
  ...[
    `${call("")}<![CDATA[]]>`,
    `${call("")}\ufeff`,
    `${call("")}\0`,
    `${call("")}<!--`,
    "<methodCall><methodName>a.b</methodName>",
  ],
  call("<params><string/><int>4</int><x>y</x>z</params>"),
];

/** Documents with one question each. None declares an entity: those we refuse, the original expands them. */
export const CORNERS: readonly string[] = [
  ...PROLOGS.map((prolog) => prolog + call("")),
  ...INNERS.map(call),
  ...INNERS.map((inner) => param(`<string>a${inner}b</string>`)),
  ...VALUES.map(param),
  ...WHOLES,
];

const TAGS = [
  ...[
    "value",
    "value",
    "param",
    "params",
    "int",
    "string",
    "boolean",
    "double",
    "array",
    "data",
    "struct",
    "member",
    "name",
  ],
  ...["methodName", "x", "i4", "base64", "nil"],
];
const TEXTS = [
  "",
  "",
  " ",
  "1",
  "5",
  "a",
  "0",
  "1.5",
  "YQ==",
  "&lt;",
  "<!-- -->",
  "<![CDATA[7]]>",
  "\n",
  "é",
  "<?p?>",
];

const { tree } = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    fc.constantFrom(...TEXTS),
    fc
      .tuple(fc.constantFrom(...TAGS), fc.constantFrom(...TEXTS), fc.array(tie("tree"), { maxLength: 3 }))
      .map(([tag, text, children]) => `<${tag}>${text}${children.join("")}</${tag}>`),
  ),
}));

/** Well-formed trees of tags in any nesting. */
export const treeDocument: fc.Arbitrary<string> = fc
  .tuple(tree, tree)
  .map(([first, second]) => `<c><methodName>m</methodName>${first}<params>${second}</params></c>`);

const STEPS = [
  ...[
    "<",
    ">",
    "/",
    "&",
    ";",
    "'",
    '"',
    "=",
    "]]>",
    "<!--",
    "-->",
    "<?",
    "?>",
    "<![CDATA[",
    "&#1;",
    "&amp;",
    "\0",
    "\r",
    " ",
  ],
  ...[
    "<value>",
    "</value>",
    "<int>",
    "</int>",
    "xmlns:a='b' ",
    "a:",
    ":",
    "\ufeff",
    "\u{1f600}",
    "<string/>",
  ],
];

/** Requests as a client sends them, with a few cuts, doublings and insertions. */
export const damagedDocument: fc.Arbitrary<string> = fc
  .tuple(
    fc.oneof(
      fc.array(anyValue, { maxLength: 3 }).map((params) => writeCall("a.b", params)),
      fc.constantFrom(...CORNERS),
    ),
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 8 }), fc.constantFrom("", ...STEPS)), {
      minLength: 1,
      maxLength: 3,
    }),
  )
  .map(([document, cuts]) =>
    cuts.reduce((text, [where, length, insert]) => {
      const at = where % (text.length + 1);
      return text.slice(0, at) + insert + text.slice(at + length);
    }, document),
  );
