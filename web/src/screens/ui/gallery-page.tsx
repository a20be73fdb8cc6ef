/** Every component in every state. Not translated: it is for those who build screens, and never part of a release. */

import { Button, Group, Stack, Switch, Text, TextInput } from "@mantine/core";
import { IconShoppingCart } from "@tabler/icons-react";
import { useState } from "react";
import { Problem, networkProblem } from "../../api/problem";
import {
  BarChart,
  Change,
  ConfirmWithReason,
  CopyText,
  DataList,
  EmptyState,
  Facts,
  Figure,
  Figures,
  FilterBar,
  FilterChoice,
  FilterSelect,
  Funnel,
  ListSkeleton,
  Mark,
  Money,
  Moneys,
  Note,
  Page,
  ProblemLine,
  ProblemView,
  SearchBox,
  Section,
  StateBadge,
  TextSkeleton,
  UrlTabs,
  When,
  toast,
  useUrlState,
  type Column,
  type Tone,
} from "../../design";

const TONES: Tone[] = ["accent", "good", "wait", "bad", "info", "neutral"];
const STATES = {
  cart: ["active", "abandoned", "recovered", "converted", "expired", "of a later version"],
  message: ["queued", "held", "sending", "sent", "skipped", "failed", "in_doubt"],
  journey: ["waiting", "incident", "ended"],
  flow: ["on", "off"],
  quarantine: ["open", "replayed", "dropped"],
  consent: ["granted", "denied", "unknown"],
  person: ["active", "invited", "disabled"],
} as const;

export function GalleryPage() {
  return (
    <Page title="Components" lead="Everything that screens are made of, in every state." crumbs={[{ label: "Home", to: "/" }]} aside={<Mark tone="accent">development</Mark>} actions={<Button>Do something</Button>}>
      <Section title="Colours" lead="By use. Each pair keeps 4.5:1 in both schemes.">
        <Group gap="sm">
          {["ground", "surface", "surface-soft", "line", "line-strong", "ink", "ink-soft", "accent", "accent-soft"].map((name) => (
            <Stack key={name} gap={4} align="center">
              <div style={{ width: 72, height: 48, borderRadius: 8, border: "1px solid var(--r-line)", background: `var(--r-${name})` }} />
              <Text size="xs">{name}</Text>
            </Stack>
          ))}
        </Group>
        <Group gap="xs" mt="md">
          {TONES.map((tone) => (
            <Mark key={tone} tone={tone}>
              {tone}
            </Mark>
          ))}
        </Group>
      </Section>
      <States />
      <Values />
      <Charts />
      <Lists />
      <Nothing />
      <Talking />
    </Page>
  );
}

function States() {
  return (
    <Section title="States">
      <Stack gap="xs">
        {Object.entries(STATES).map(([of, states]) => (
          <Group key={of} gap="xs">
            <Text w="6rem" size="sm" c="dimmed">
              {of}
            </Text>
            {states.map((state) => (
              <StateBadge key={state} of={of as keyof typeof STATES} state={state} />
            ))}
          </Group>
        ))}
      </Stack>
    </Section>
  );
}

function Values() {
  const now = Date.now();
  const at = (ms: number) => new Date(now + ms).toISOString();
  return (
    <Section title="Values">
      <Facts
        columns={2}
        facts={[
          { label: "Money", value: <Money amount={{ minor: 199999, currency: "EUR" }} /> },
          { label: "No decimals", value: <Money amount={{ minor: 12500, currency: "JPY" }} /> },
          { label: "Not known", value: <Money amount={null} /> },
          { label: "Two currencies", value: <Moneys amounts={[{ minor: 100000, currency: "EUR" }, { minor: 5000, currency: "USD" }]} /> },
          { label: "A moment ago", value: <When at={at(-3_000)} /> },
          { label: "Before", value: <When at={at(-3 * 3_600_000)} /> },
          { label: "To come", value: <When at={at(26 * 3_600_000)} /> },
          { label: "Exact", value: <When at={at(-86_400_000)} exact /> },
          { label: "Changes", value: <Group gap="xs"><Change now={120} before={100} /><Change now={80} before={100} /><Change now={80} before={100} more="bad" /><Change now={100} before={100} /></Group> },
          { label: "Nothing", value: "" },
          { label: "A bad name", value: "<b>Eva</b> 🏔 مريم بنت محمد" },
          { label: "To copy", value: <CopyText text="wk_0123456789abcdef" /> },
        ]}
      />
      <div style={{ marginTop: "1.5rem" }}>
        <Figures>
          <Figure label="Recovered" value={<Money amount={{ minor: 1248000, currency: "EUR" }} />} now={12480} before={10576} beforeText="€10,576.00 before" />
          <Figure label="Left behind" value="177" now={177} before={34} more="bad" beforeText="34 before" />
          <Figure label="Rate" value="12.4%" hint="The market quotes 8%" />
          <Figure label="Large" size="lg" value="1,234" />
        </Figures>
      </div>
    </Section>
  );
}

function Charts() {
  const bars = [12, 30, 22, 45, 8, 0, 61, 40].map((value, index) => ({ label: `${index + 1} Nov`, value, text: `€${value}`, isPending: index === 4 }));
  return (
    <Section title="Charts">
      <BarChart label="Money by day" bars={bars} />
      <div style={{ marginTop: "1.5rem" }}>
        <Funnel
          label="From left behind to recovered"
          stages={[
            { label: "Left behind", value: 200, text: "200", tone: "neutral" },
            { label: "Written to", value: 120, text: "120", tone: "wait", hint: "60% of those left behind" },
            { label: "Recovered", value: 25, text: "25", hint: "12.5%" },
          ]}
        />
      </div>
    </Section>
  );
}

interface Row {
  id: string;
  name: string;
  state: string;
  minor: number;
}

function Lists() {
  const { values, set, clear, isAny } = useUrlState("q", "state", "agent", "rows");
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const count = values.rows === "many" ? 10_000 : values.rows === "none" ? 0 : 5;
  const rows: Row[] = Array.from({ length: count }, (_, index) => ({ id: String(index), name: index === 1 ? "<b>Eva</b> 🏔 مريم" : `Customer ${index + 1}`, state: ["active", "abandoned", "recovered"][index % 3] ?? "active", minor: (index * 7919) % 300_000 }));
  const columns: Column<Row>[] = [
    { key: "name", label: "Customer", render: ({ name }) => name },
    { key: "state", label: "State", card: "aside", render: ({ state }) => <StateBadge of="cart" state={state} /> },
    { key: "wide", label: "Only where there is room", wideOnly: true, render: () => "…" },
    { key: "value", label: "Value", align: "right", render: ({ minor }) => <Money amount={{ minor, currency: "EUR" }} /> },
  ];
  return (
    <Section title="Lists and filters" bare>
      <Stack gap="md">
        <FilterBar clear={clear} isAny={isAny}>
          <SearchBox value={values.q} onChange={(q) => set({ q })} label="Search" />
          <FilterChoice label="Rows" any="Some" value={values.rows} onChange={(next) => set({ rows: next })} options={[{ value: "many", label: "10,000" }, { value: "none", label: "None" }]} />
          <FilterSelect label="Agent" any="Every agent" value={values.agent} onChange={(agent) => set({ agent })} options={[{ value: "1", label: "Marco Bianchi" }, { value: "2", label: "Sara Conti" }]} />
        </FilterBar>
        <DataList label="Customers" columns={columns} list={{ items: rows, hasMore: count === 5, isLoadingMore: false, loadMore: () => toast("More, please") }} idOf={({ id }) => id} hrefOf={({ id }) => `/ui?row=${id}`} selection={{ ids, change: setIds }} empty={<EmptyState icon={IconShoppingCart} title="No customer yet">They appear with their first event.</EmptyState>} />
      </Stack>
    </Section>
  );
}

function Nothing() {
  return (
    <Section title="Nothing to show" bare>
      <UrlTabs
        label="Kinds"
        name="kind"
        tabs={[
          { value: "empty", label: "Empty", content: <EmptyState icon={IconShoppingCart} title="No cart was left behind yet" action={<Button>Next step</Button>}>Once a shop sends events, a cart that stands still for a day shows up here.</EmptyState> },
          { value: "network", label: "No network", content: <ProblemView error={networkProblem()} retry={() => toast("Tried again")} /> },
          { value: "missing", label: "Missing", content: <ProblemView error={new Problem(404, "carts.not_found", "there is no cart 0190")} /> },
          { value: "broken", label: "Refused", content: <ProblemView error={new Problem(422, "x", "sender_address \"x\" is not an e-mail address")} retry={() => {}} /> },
          { value: "loading", label: "Loading", content: <Stack><ListSkeleton rows={4} /><TextSkeleton /></Stack> },
        ]}
      />
    </Section>
  );
}

function Talking() {
  const [isOpen, setOpen] = useState(false);
  return (
    <Section title="Telling and asking">
      <Stack gap="md">
        {TONES.map((tone) => (
          <Note key={tone} tone={tone} title={`A note: ${tone}`} actions={tone === "wait" ? <Button size="compact-sm" variant="default">Do it</Button> : undefined}>
            With a sentence that says what to do.
          </Note>
        ))}
        <Group>
          <Button onClick={() => toast("Saved")}>Toast</Button>
          <Button variant="default" onClick={() => toast("Marked as read", { undo: () => Promise.resolve() })}>
            With undo
          </Button>
          <Button variant="light" onClick={() => toast("It did not leave.", { tone: "bad" })}>
            Bad news
          </Button>
          <Button color="brick" onClick={() => setOpen(true)}>
            Ask first
          </Button>
          <Button loading>Busy</Button>
          <Button disabled>Disabled</Button>
        </Group>
        <TextInput label="A field" description="What it is for" placeholder="Nothing yet" />
        <TextInput label="A wrong field" defaultValue="x" error="This is not an e-mail address" />
        <Switch label="A switch" description="What it does" defaultChecked />
        <ProblemLine problem={new Problem(422, "x", "the name is longer than 200 characters")} />
      </Stack>
      <ConfirmWithReason isOpen={isOpen} onClose={() => setOpen(false)} title="Drop this event?" action="Drop" isDangerous reason={{ label: "Why", isRequired: true }} onConfirm={() => Promise.reject(new Problem(409, "x", "somebody replayed it meanwhile"))}>
        It is never taken in. This cannot be undone.
      </ConfirmWithReason>
    </Section>
  );
}
