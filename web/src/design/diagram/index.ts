export { Diagram, type DiagramProps } from "./diagram";
export type { DiagramMark, DiagramMarks } from "./marks";
