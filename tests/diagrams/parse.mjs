// Reads an erDiagram with Mermaid's own parser and prints what it understood, as JSON.
// Use: node tests/diagrams/parse.mjs MERMAID.mjs <DIAGRAM
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const mermaid = (await import(pathToFileURL(path.resolve(process.argv[2])))).default;
const text = fs.readFileSync(0, "utf8");
await mermaid.parse(text);
const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
const entities = db.getEntities();
const list = entities instanceof Map ? [...entities] : Object.entries(entities);
// An entity has an id of its own since version 11; a line names it by that.
const names = new Map(list.map(([name, entity]) => [entity.id ?? name, name]));
const nameOf = (end) => names.get(end) ?? end;
// What Mermaid keeps #34; as until it draws. A blank by its number, alone, says that there is nothing.
const plain = (value) =>
  value === "ﬂ°°32¶ß"
    ? ""
    : value.replace(/ﬂ°°(\d+)¶ß/g, (_, code) => String.fromCodePoint(Number(code)));
console.log(
  JSON.stringify({
    entities: list.map(([name, entity]) => ({
      name: plain(name),
      columns: entity.attributes.map((column) => ({
        type: column.type ?? column.attributeType,
        name: column.name ?? column.attributeName,
        keys: column.keys ?? column.attributeKeyTypeList ?? [],
        comment: plain(column.comment ?? column.attributeComment ?? ""),
      })),
    })),
    lines: db.getRelationships().map((line) => ({
      from: plain(nameOf(line.entityA)),
      to: plain(nameOf(line.entityB)),
      label: plain(line.roleA),
      // Mermaid calls the end at the second entity cardA.
      fromEnd: line.relSpec.cardB,
      toEnd: line.relSpec.cardA,
      solid: line.relSpec.relType === "IDENTIFYING",
    })),
  }),
);
