// In place of readable-stream/lib/_stream_writable.js in the bundles: Node's own, which is loaded anyway.
module.exports = require("node:stream").Writable;
