/** dmn-js with the two views that are needed here: tables and single expressions, to be edited or only looked at. */

import TableEditor from "dmn-js-decision-table/lib/Editor";
import TableViewer from "dmn-js-decision-table/lib/Viewer";
import LiteralEditor from "dmn-js-literal-expression/lib/Editor";
import LiteralViewer from "dmn-js-literal-expression/lib/Viewer";
import EditingManager from "dmn-js-shared/lib/base/EditingManager";
import { it } from "./words-it";

export interface View {
  element: { id: string; name?: string };
  type: string;
}

interface Bus {
  on: (event: string, hear: () => void) => void;
}

/** The few things of the library that are used here; it has no types of its own. */
export interface Tables {
  importXML: (xml: string, options: { open: boolean }) => Promise<unknown>;
  saveXML: (options: { format: boolean }) => Promise<{ xml: string }>;
  getViews: () => View[];
  getActiveView: () => View | undefined;
  open: (view: View) => Promise<unknown>;
  on: (event: string, hear: (event: { viewer: Bus }) => void) => void;
  destroy: () => void;
}

interface TablesOptions {
  container: HTMLElement;
  isReadOnly: boolean;
  language: string;
  /** Called at each change by a person. */
  changed: () => void;
}

interface Element {
  $instanceOf: (type: string) => boolean;
  decisionLogic?: Element;
}

const isDecisionBy = (type: string) => (element: Element) => element.$instanceOf("dmn:Decision") && Boolean(element.decisionLogic?.$instanceOf(type));

class EditedTables extends EditingManager {
  override _getViewProviders() {
    return [
      { id: "decisionTable", constructor: TableEditor, opens: isDecisionBy("dmn:DecisionTable") },
      { id: "literalExpression", constructor: LiteralEditor, opens: isDecisionBy("dmn:LiteralExpression") },
    ];
  }
}

class ShownTables extends EditingManager {
  override _getViewProviders() {
    return [
      { id: "decisionTable", constructor: TableViewer, opens: isDecisionBy("dmn:DecisionTable") },
      { id: "literalExpression", constructor: LiteralViewer, opens: isDecisionBy("dmn:LiteralExpression") },
    ];
  }
}

export function makeTables({ container, isReadOnly, language, changed }: TablesOptions): Tables {
  const translate = (template: string, values: Record<string, string> = {}) => {
    const text = (language === "it" ? it[template] : undefined) ?? template;
    return text.replace(/{([^}]+)}/g, (all, name: string) => values[name.trim()] ?? all);
  };
  const common = { additionalModules: [{ translate: ["value", translate] }] };
  const made = new (isReadOnly ? ShownTables : EditedTables)({ container, keyboard: { bindTo: container }, decisionTable: common, literalExpression: common }) as unknown as Tables;
  made.on("viewer.created", ({ viewer }) => viewer.on("commandStack.changed", changed));
  return made;
}
