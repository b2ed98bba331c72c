import { describe, expect, it } from 'vitest';
import { html, scriptJson, trusted } from '../../src/report/html.ts';

describe('html', () => {
  it('leaves no value that could open an element or end an attribute', () => {
    const name = `<b a="1" c='2'>&`;
    expect(html`<p title="${name}">${name}</p>`.text).toBe(
      '<p title="&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;">&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;</p>',
    );
  });

  it('keeps markup of its own, joins lists and drops what is absent', () => {
    const items = ['a', '<'].map((item) => html`<li>${item}</li>`);
    expect(html`<ul>${items}</ul>${undefined}${false}${0}${trusted('<hr>')}`.text).toBe(
      '<ul><li>a</li><li>&lt;</li></ul>0<hr>',
    );
  });

  it('writes JSON that no script element ends in and that reads back the same', () => {
    const value = { name: '</script><!--', list: [1, null] };
    const { text } = scriptJson(value);
    expect(text).not.toContain('<');
    expect(JSON.parse(text)).toEqual(value);
  });
});
