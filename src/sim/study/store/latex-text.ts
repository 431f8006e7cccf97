const special: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '%': '\\%',
  _: '\\_',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '±': '$\\pm$',
  '–': '--',
  '…': '\\dots{}',
};

/** Text that LaTeX prints as it stands here, line breaks and other control characters as spaces. */
export function latexText(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').replace(/[\\{}$&#%_^~<>|±–…]/g, (sign) => special[sign]);
}
