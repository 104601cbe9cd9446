"""Takes request targets apart as the original does: a JSON list on stdin, a JSON list on stdout."""
import json
import re
import sys
import warnings
from urllib.parse import splitquery, unquote

warnings.simplefilter("ignore")
PARTS = re.compile(r"([^;?#]*)(;[^?#]*)?(\?[^#]*)?(#.*)?")


def take_apart(target):
    path, query = splitquery(target)
    uri = target
    if "%" in path:
        uri = unquote(path) + "?" + query if query else unquote(path)
    found = PARTS.match(uri)
    # The original raises "Broken URI" where a line feed hides behind the #.
    return [uri, found.group(1), None if found.group(3) is None else found.group(3)[1:]]


json.dump([take_apart(target) for target in json.load(sys.stdin)], sys.stdout)
