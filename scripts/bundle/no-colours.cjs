// In place of @colors/colors in the bundles: the activity log has no colours, and finding out what the terminal can do
// costs the daemon a tenth of its start.
module.exports = {};
