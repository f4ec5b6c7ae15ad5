import { createHash } from 'node:crypto';

import { isJsonObject, type JsonObject, stringMember } from '../../model/json.ts';

/** The page for people at /docs. It is one file: no script, no picture, nothing from anywhere else. */
const style = `
:root{color-scheme:light dark;--line:#8884}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{margin-bottom:0}h2{margin-top:2.5rem}
pre{padding:.8rem 1rem;border:1px solid var(--line);border-radius:.5rem;overflow-x:auto}
code{font:14px/1.5 ui-monospace,monospace}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--line);vertical-align:top}
`;

export const docsPagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** `origin` is where the reader reached us, for the examples. */
export function docsPage(document: JsonObject, origin: string): string {
  const at = escapeHtml(origin);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sluice</title>
<style>${style}</style>
</head>
<body>
<h1>Sluice</h1>
<p>One small daemon between your programs and language models: keys, policy, budgets, and one job at a time per GPU.</p>

<h2>Point a program at it</h2>
<p>Change the base URL and the key; nothing else. Any OpenAI client will do:</p>
<pre><code>export OPENAI_BASE_URL=${at}/v1
export OPENAI_API_KEY=sk-…</code></pre>
<pre><code>from openai import OpenAI
client = OpenAI(base_url="${at}/v1", api_key="sk-…")</code></pre>
<pre><code>import OpenAI from 'openai';
const client = new OpenAI({ baseURL: '${at}/v1', apiKey: 'sk-…' });</code></pre>

<h2>Or ask with curl</h2>
<pre><code>curl ${at}/v1/chat/completions \\
  -H "Authorization: Bearer sk-…" -H "Content-Type: application/json" \\
  -d '{"model":"echo","messages":[{"role":"user","content":"Hello"}]}'</code></pre>
<p>The key may also travel as <code>x-api-key</code> or <code>api-key</code>. <code>GET /v1/models</code> lists what it may use.
Every answer carries an <code>x-request-id</code>; quote it when something went wrong.</p>

<h2>Endpoints</h2>
<table>
<tr><th>Method</th><th>Path</th><th></th></tr>
${endpointRows(document)}
</table>

<h2>More</h2>
<p><a href="reference">Interactive reference</a> · <a href="openapi.json">OpenAPI document</a> · <a href="readyz">Readiness</a></p>
<p>On the machine itself: <code>sluice status</code>, <code>sluice explain --app ID --model M</code>, <code>sluice --help</code>.</p>
</body>
</html>
`;
}

function endpointRows(document: JsonObject): string {
  return Object.entries(document['paths'] ?? {})
    .flatMap(([path, operations]) => (isJsonObject(operations) ? rowsOfPath(path, operations) : []))
    .join('\n');
}

function rowsOfPath(path: string, operations: JsonObject): string[] {
  return Object.entries(operations).flatMap(([method, operation]) => {
    if (!isJsonObject(operation)) return [];
    const cells = [method.toUpperCase(), `<code>${escapeHtml(path)}</code>`];
    return `<tr><td>${cells.join('</td><td>')}</td><td>${escapeHtml(stringMember(operation, 'summary') ?? '')}</td></tr>`;
  });
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
