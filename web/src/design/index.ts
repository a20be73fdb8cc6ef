/** Everything that screens are made of. docs/design.md says when to use which; `/ui` (development) shows them all. */

export { BarChart, Funnel, type Bar, type Stage } from "./charts";
export { DataList, RowActions, type Column, type Selection } from "./data-list";
export { ConfirmWithReason } from "./dialogs";
export { FilterBar, FilterChoice, FilterSelect, SearchBox, useUrlState, type Option, type UrlState } from "./filters";
export { ProblemLine, SaveBar, useDraft } from "./forms";
export { AppLink, type AppLinkProps } from "./link";
export { EmptyState, ListSkeleton, Note, PageSkeleton, ProblemView, TextSkeleton } from "./notes";
export { Facts, Page, Section, type Crumb, type Fact } from "./page";
export { problemDetail, problemText } from "./problem-text";
export { Reason } from "./reason";
export { sentence } from "./sentence";
export { Mark, StateBadge } from "./state-badge";
export { UrlTabs, type UrlTab } from "./tabs";
export { BREAKPOINTS, MOTION_MS, TONE_COLORS, type Tone } from "./theme";
export { toast, toastProblem } from "./toasts";
export { Change, Figure, Figures, Money, Moneys, When, Why } from "./values";
export { CopyText } from "./copy";
