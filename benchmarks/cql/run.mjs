// Criteria as CQL, asked of FHIR bundles by cql-execution: `node run.mjs FOLDER [SECONDS]`.
//
// FOLDER holds criteria.json (the day, and a form with its values a criterion) and bundles.ndjson (a bundle a line).
// It is written there, as answers.json, who meets what, and printed, as JSON, how many patients x criteria were
// asked in a second. The criteria are
// written in ELM, which CQL is translated into: the translator is a program of Java, and its build for JavaScript
// (5.3.0 of @cqframework/cql) comes without the model of CQL's own types, without which it translates nothing.
import fs from 'node:fs';
import path from 'node:path';
import cql from 'cql-execution';
import fhir from 'cql-exec-fhir';

const [folder, seconds] = [process.argv[2], Number(process.argv[3] ?? 5)];
const FHIR = 'http://hl7.org/fhir';
const asked = JSON.parse(fs.readFileSync(path.join(folder, 'criteria.json'), 'utf8'));

const literal = (value) =>
  typeof value === 'string'
    ? { type: 'Literal', valueType: '{urn:hl7-org:elm-types:r1}String', value }
    : { type: 'Literal', valueType: '{urn:hl7-org:elm-types:r1}Decimal', value: String(value) };
const whole = (value) => ({ type: 'Literal', valueType: '{urn:hl7-org:elm-types:r1}Integer', value: String(value) });
const of = (scope, path) => ({ type: 'Property', scope, path });
const part = (source, path) => ({ type: 'Property', source, path });
const first = (source) => ({ type: 'First', source });
const codeOf = (concept) => part(first(part(concept, 'coding')), 'code.value');
const code = (scope, path) => codeOf(of(scope, path));
const oneOf = (value, codes) => ({ type: 'In', operand: [value, { type: 'List', element: codes.map(literal) }] });
const all = (...conditions) => conditions.reduce((left, right) => ({ type: 'And', operand: [left, right] }));
const retrieve = (type, codeProperty, valueSet) => ({
  type: 'Retrieve',
  dataType: `{${FHIR}}${type}`,
  templateId: `${FHIR}/StructureDefinition/${type}`,
  codeProperty,
  codes: valueSet && { type: 'ValueSetRef', name: valueSet },
});
const rows = (found, where, sort) => ({
  type: 'Query',
  source: [{ alias: 'X', expression: found }],
  relationship: [],
  where,
  sort,
});
const exists = (operand) => ({ type: 'Exists', operand });

const BY_DATE = { by: [{ type: 'ByColumn', direction: 'asc', path: 'effective.value' }] };

// A criterion of each form; `name` is that of the value set of its codes, too.
const FORMS = {
  age: ({ least }) => ({
    type: 'GreaterOrEqual',
    operand: [
      {
        type: 'CalculateAgeAt',
        precision: 'Year',
        operand: [part({ type: 'ExpressionRef', name: 'Patient' }, 'birthDate.value'), { type: 'ExpressionRef', name: 'Day' }],
      },
      whole(least),
    ],
  }),
  diagnosis: ({ name, severities, active }) =>
    exists(
      rows(
        retrieve('Condition', 'code', name),
        all(oneOf(code('X', 'severity'), severities), ...(active ? [oneOf(code('X', 'clinicalStatus'), ['active'])] : [])),
      ),
    ),
  failed: ({ name }) =>
    exists(
      rows(
        retrieve('MedicationStatement', 'medication', name),
        oneOf(codeOf(first(of('X', 'statusReason'))), ['failure']),
      ),
    ),
  screened: ({ name, results }) =>
    oneOf(codeOf(part({ type: 'Last', source: rows(retrieve('Observation', 'code', name), undefined, BY_DATE) }, 'value')), results),
  above: ({ name, times }) =>
    exists(
      rows(retrieve('Observation', 'code', name), {
        type: 'Greater',
        operand: [
          of('X', 'value.value.value'),
          { type: 'Multiply', operand: [part(first(of('X', 'referenceRange')), 'high.value.value'), literal(times)] },
        ],
      }),
    ),
};

const [year, month, day] = asked.day.split('-').map((text) => whole(Number(text)));
const defined = (name, expression) => ({ name, context: 'Patient', accessLevel: 'Public', expression });
const withCodes = asked.criteria.filter((one) => one.codes);
const library = new cql.Library({
  library: {
    identifier: { id: 'Criteria', version: '1' },
    schemaIdentifier: { id: 'urn:hl7-org:elm', version: 'r1' },
    usings: { def: [{ localIdentifier: 'FHIR', uri: FHIR, version: '4.0.1' }] },
    valueSets: { def: withCodes.map(({ name }) => ({ name, id: name, accessLevel: 'Public' })) },
    statements: {
      def: [
        defined('Patient', { type: 'SingletonFrom', operand: retrieve('Patient') }),
        defined('Day', { type: 'Date', year, month, day }),
        ...asked.criteria.map((one) => defined(one.name, FORMS[one.form](one))),
      ],
    },
  },
});
const valueSets = Object.fromEntries(
  withCodes.map(({ name, codes }) => [name, { 1: codes.map((code) => ({ code, system: 'urn:payergraph', version: '1' })) }]),
);
const executor = new cql.Executor(library, new cql.CodeService(valueSets));

const bundles = fs
  .readFileSync(path.join(folder, 'bundles.ndjson'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

async function run() {
  const source = fhir.PatientSource.FHIRv401();
  source.loadBundles(bundles);
  return (await executor.exec(source)).patientResults;
}

const found = await run();
const names = asked.criteria.map(({ name }) => name);
const met = Object.fromEntries(
  Object.entries(found).map(([id, results]) => [id, names.filter((name) => results[name] === true)]),
);
fs.writeFileSync(path.join(folder, 'answers.json'), JSON.stringify(met));

// Seconds of the processor, for others may work on the machine.
const used = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
const began = used();
let times = 0;
while (used() - began < seconds) {
  await run();
  times += 1;
}
const a_second = (bundles.length * names.length * times) / (used() - began);
console.log(JSON.stringify({ patients: bundles.length, criteria: names.length, a_second }));
