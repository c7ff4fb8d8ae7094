// What a Node programmer does with jsforce, unmodified: log in, describe, page through a query, load by Bulk 2.0.
// Prints jsforce's own view of it all as JSON; run by test_jsforce.py.
import jsforce from "jsforce";

const { SALESFORCE_BASE_URL: loginUrl, USERNAME: username, PASSWORD: password } = process.env;
const org = new jsforce.Connection({ loginUrl, version: "59.0" });
const view = {};

try {
  await new jsforce.Connection({ loginUrl, version: "59.0" }).login(username, "wrong");
} catch (error) {
  view.refused = error.message;
}
view.user = await org.login(username, password);
view.identity = org.accessToken.slice(0, 15);

const described = await org.sobject("Account").describe();
view.fields = described.fields.length;
view.nameLength = described.fields.find((field) => field.name === "Name").length;
view.objects = (await org.describeGlobal()).sobjects.map((one) => one.name);

org.bulk2.pollInterval = 50;
org.bulk2.pollTimeout = 60000;
const many = Array.from({ length: 5000 }, (_, n) => ({ Name: `Bulk ${n}`, Website: `https://b${n}.example`, Description: n % 2 ? 'ein "Wort", zwei\nZeilen' : "" }));
const inserted = await org.bulk2.loadAndWaitForResults({ object: "Account", operation: "insert", input: many });
view.inserted = inserted.successfulResults.length;
view.created = new Set(inserted.successfulResults.map((row) => row.sf__Id)).size;

const query = "SELECT Id, Name, Description FROM Account WHERE Name LIKE 'Bulk %' ORDER BY Name";
const first = await org.query(query);
view.firstPage = { size: first.records.length, total: first.totalSize, done: first.done };
const records = await org.query(query, { autoFetch: true, maxFetch: 10000 });
view.queried = records.records.length;
view.description = records.records.find((row) => row.Name === "Bulk 1").Description;
view.distinct = new Set(records.records.map((row) => row.Id)).size;

const stream = await org.bulk2.query(query);
const rows = await stream.toArray();
view.bulkQueried = rows.length;
view.bulkDescription = rows.find((row) => row.Name === "Bulk 1").Description;

const changes = rows.slice(0, 10).map((row) => ({ Id: row.Id, Name: `Öl ${row.Name}` }));
changes.push({ Id: rows[10].Id, Name: "x".repeat(256) });
const upserted = await org.bulk2.loadAndWaitForResults({ object: "Account", operation: "upsert", externalIdFieldName: "Id", input: changes });
view.upserted = upserted.successfulResults.length;
view.upsertFailures = upserted.failedResults.map((row) => row.sf__Error);

const gone = rows.slice(0, 100).map((row) => ({ Id: row.Id }));
const deleted = await org.bulk2.loadAndWaitForResults({ object: "Account", operation: "delete", input: gone });
view.deleted = deleted.successfulResults.length;
view.left = (await org.query("SELECT COUNT() FROM Account WHERE Name LIKE 'Bulk %'")).totalSize;

try {
  await org.query("SELECT Nonsense FROM Account");
} catch (error) {
  view.error = { code: error.errorCode, name: error.name };
}
console.log(JSON.stringify(view));
