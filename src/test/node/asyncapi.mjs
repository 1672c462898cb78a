// Reads an AsyncAPI document from standard input with AsyncAPI's own parser, and prints each finding of level error or warning as one line.
import { text } from 'node:stream/consumers';
import { createRequire } from 'node:module';

const { Parser } = createRequire(process.env.DROMEDARY_NODE_MODULES + '/')('@asyncapi/parser');
const { document, diagnostics } = await new Parser().parse(await text(process.stdin));
for (const found of diagnostics.filter(one => one.severity <= 1)) {
    console.log(`${found.severity === 0 ? 'error' : 'warning'} ${found.path.join('/')}: ${found.message}`);
}
console.log(document ? `read ${document.operations().length} operations, ${document.channels().length} channels` : 'not read');
