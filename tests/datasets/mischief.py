"""Texts that must stay texts wherever a report's words are written."""

#: What would be markup, a formula, a script or a command somewhere, if it were not kept a text.
HOSTILE = (
    "<script>alert(1)</script>",
    "</td></table>",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    " =1+1",
    "＝1+1",
    "#N/A",
    "#eval(1)",
    "_x0041_ & ]]> ${7*7}",
    "a\"b,c'd",
)
