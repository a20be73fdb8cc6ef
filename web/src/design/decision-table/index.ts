export { DecisionTable, type DecisionTableProps } from "./decision-table";
