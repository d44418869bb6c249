export interface MonitorHtml {
  /** Addresses of the built page, as the editor serves them. */
  readonly script: string;
  readonly style: string;
  /** Where styles and fonts may come from. */
  readonly cspSource: string;
  /** Fresh for each page. */
  readonly nonce: string;
  /** BCP 47, for dates, numbers and screen readers. */
  readonly language: string;
  /** Translations by English text; empty for English. */
  readonly strings: Readonly<Record<string, unknown>>;
}

/**
 * The Monitor's document. Scripts run by nonce alone; styles come from our folder, or carry the nonce: the toolkit adds one style element at its
 * registration and reads the nonce from `csp-nonce`.
 */
export function monitorHtml({ script, style, cspSource, nonce, language, strings }: MonitorHtml): string {
  const policy = [`default-src 'none'`, `script-src 'nonce-${nonce}'`, `style-src ${cspSource} 'nonce-${nonce}'`, `font-src ${cspSource}`].join('; ');
  return `<!DOCTYPE html>
<html lang="${attribute(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta property="csp-nonce" content="${attribute(nonce)}">
<title>Celery Monitor</title>
<link rel="stylesheet" href="${attribute(style)}">
</head>
<body>
<script type="application/json" id="strings" nonce="${attribute(nonce)}">${JSON.stringify(strings).replaceAll('<', '\\u003c')}</script>
<script src="${attribute(script)}" nonce="${attribute(nonce)}"></script>
</body>
</html>
`;
}

function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
