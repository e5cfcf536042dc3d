/** Texts that are out to break a report, one for each way in. */
export const HOSTILE: readonly string[] = [
  "</script><script>document.title='owned'</script>",
  "<img src=x onerror=\"document.title='owned'\">",
  '"><svg onload="document.title=\'owned\'">',
  "'onmouseover='document.title=1'",
  "]]><!--${7*7}`{{7*7}}",
  "</style><style>*{display:none}",
  "javascript:alert(1)//\u2028\u2029",
  "\u001b[2J\u001b]0;owned\u0007\u009b31m",
  "nul \u0000 bell \u0007 half \ud800 bidi \u202egnp.exe \ufeff\uffff",
  "| a | `b` | *c* | @everyone | #1 | [x](https://example.com) | ~~~ |",
  "``` \n\n# heading\n- list\n---\n<h1>x</h1>",
  "漢字カタカナ 👩‍👩‍👧 e\u0301\u0301\u0301",
];

/** All of them in one line. */
export const HOSTILE_LINE: string = HOSTILE.join(" ");
