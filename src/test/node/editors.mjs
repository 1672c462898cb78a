// Opens files with the libraries of the visual editors and saves them unchanged.
// Standard input: {components: [JSON text], kamelets: [YAML text], files: {path: YAML text}}
// Standard output: {path: {kaoto: YAML text, steps: how many boxes Kaoto draws, karavan: YAML text}}, with {error} instead where one cannot.
import { text } from 'node:stream/consumers';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

const modules = process.env.DROMEDARY_NODE_MODULES;
const require = createRequire(modules + '/');
const { build } = require('esbuild');

// Kaoto's models import its pages, which need a browser; what belongs to pages is left out.
const pages = /^(@patternfly|react|react-dom|monaco|@kie-tools|@visx|@dnd|@uniforms|@kaoto\/forms)/;
const picture = /\?raw$|\.(svg|s?css|png|gif|jpg|md|xsl)(\?.*)?$/;
const withoutPages = {
    name: 'without-pages',
    setup(bundle) {
        bundle.onResolve({ filter: /^[^./]/ }, found => (pages.test(found.path) ? { path: found.path, namespace: 'page' } : undefined));
        bundle.onResolve({ filter: picture }, found => ({ path: found.path, namespace: 'page' }));
        bundle.onLoad({ filter: /.*/, namespace: 'page' }, () => ({
            contents: `const page = () => new Proxy(function () {}, {
                get: (target, key) => (key === Symbol.toPrimitive ? () => '' : key === 'prototype' ? target.prototype : page()),
                apply: () => page(), construct: () => ({}) });
                module.exports = page();`,
            loader: 'js',
        }));
    },
};

async function load(exports, loader) {
    const made = await build({
        stdin: { contents: exports, resolveDir: dirname(modules), loader }, bundle: true, platform: 'node', format: 'cjs', write: false,
        logLevel: 'silent', plugins: [withoutPages], nodePaths: [modules],
    });
    const module = { exports: {} };
    new Function('module', 'exports', 'require', made.outputFiles[0].text)(module, module.exports, require);
    return module.exports;
}

for (const name of ['DOMParser', 'XMLSerializer']) {
    globalThis[name] = class {};
}
globalThis.window = globalThis;
const models = '@kaoto/kaoto/lib/esm/models';
const kaoto = await load(`
    export { CamelResourceFactory } from '${modules}/${models}/camel/camel-resource-factory.js';
    export { CamelCatalogService } from '${modules}/${models}/visualization/flows/camel-catalog.service.js';`, 'js');
const core = 'karavan-core/src/core/api';
const karavan = await load(`
    export { CamelDefinitionYaml } from '${core}/CamelDefinitionYaml';
    export { ComponentApi } from '${core}/ComponentApi';
    export { KameletApi } from '${core}/KameletApi';`, 'ts');

const given = JSON.parse(await text(process.stdin));
const components = given.components.map(one => JSON.parse(one));
kaoto.CamelCatalogService.setCatalogKey('component', Object.fromEntries(components.map(one => [one.component.scheme, one])));
karavan.ComponentApi.saveComponents(given.components, true);
karavan.KameletApi.saveKamelets(given.kamelets, true);

function boxes(node) {
    return 1 + (node.getChildren() ?? []).reduce((sum, child) => sum + boxes(child), 0);
}

const saved = {};
for (const [path, yaml] of Object.entries(given.files)) {
    saved[path] = {};
    try {
        const resource = kaoto.CamelResourceFactory.createCamelResource(yaml, { path });
        saved[path].steps = resource.getVisualEntities().reduce((sum, entity) => sum + boxes(entity.toVizNode()), 0);
        saved[path].kaoto = resource.toString();
        saved[path].karavan = karavan.CamelDefinitionYaml.integrationToYaml(karavan.CamelDefinitionYaml.yamlToIntegration(path, yaml));
    } catch (failure) {
        saved[path].error = String(failure.stack);
    }
}
console.log(JSON.stringify(saved));
