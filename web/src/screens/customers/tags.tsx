import { Autocomplete, Button, CloseButton, Tooltip } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPlus, IconTag } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { paths } from "../../app/paths";
import { useSession } from "../../app/session";
import { AppLink, toast, toastProblem } from "../../design";
import { useFormat } from "../../format/react";
import { useNames } from "./colleagues";
import classes from "./customers.module.css";
import { useCustomerWrites, useTagsInUse, type CustomerData } from "./queries";

/** As long as the server takes them. */
const TAG_MAX = 60;

type Tag = CustomerData["tags"][number];

/** The customer's tags: each leads to everybody who has it, and can be taken away; a new one is found as one types. */
export function Tags({ data }: { data: CustomerData }) {
  const { t } = useTranslation("customers");
  const { can } = useSession();
  const { changeTags } = useCustomerWrites(data.id);
  const mayWrite = can("customers:write");
  if (data.tags.length === 0 && !mayWrite) return null;
  const add = (name: string) => changeTags({ add: [name], remove: [] }).then(() => toast(t("tags.added", { tag: name }), { undo: () => changeTags({ add: [], remove: [name] }) }), toastProblem);
  const remove = ({ name }: Tag) => changeTags({ add: [], remove: [name] }).then(() => toast(t("tags.removed", { tag: name }), { undo: () => changeTags({ add: [name], remove: [] }) }), toastProblem);
  return (
    <section aria-label={t("tags.title")} className={classes.tags}>
      <IconTag size={16} stroke={1.7} aria-hidden className={classes.tagsIcon} />
      <ul className={classes.tagList}>
        {data.tags.map((tag) => (
          <TagChip key={tag.name} tag={tag} remove={mayWrite ? () => void remove(tag) : undefined} />
        ))}
      </ul>
      {mayWrite && <AddTag taken={data.tags} isFirst={data.tags.length === 0} add={(name) => void add(name)} />}
    </section>
  );
}

function TagChip({ tag, remove }: { tag: Tag; remove: (() => void) | undefined }) {
  const { t } = useTranslation("customers");
  const { date } = useFormat();
  const nameOf = useNames();
  const by = tag.by === "trait" ? t("consent.sources.trait") : nameOf(tag.by);
  return (
    <li className={classes.tag}>
      <Tooltip label={t("tags.given", { name: by, at: date(tag.at, "minute") })}>
        <AppLink to={paths.customers({ tag: tag.name })} className={classes.tagName} dir="auto">
          {tag.name}
        </AppLink>
      </Tooltip>
      {remove && <CloseButton size={24} iconSize={13} radius="xl" aria-label={t("tags.remove", { tag: tag.name })} onClick={remove} />}
    </li>
  );
}

function AddTag({ taken, isFirst, add }: { taken: Tag[]; isFirst: boolean; add: (name: string) => void }) {
  const { t } = useTranslation("customers");
  const [text, setText] = useState<string | null>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const [asked] = useDebouncedValue((text ?? "").trim(), 150);
  const has = (name: string) => taken.some((tag) => tag.name.toLowerCase() === name.toLowerCase());
  const found = useTagsInUse(asked, text !== null).filter((name) => !has(name));
  const close = () => {
    setText(null);
    requestAnimationFrame(() => opener.current?.focus());
  };
  const take = (name: string) => {
    const wanted = name.trim();
    if (wanted !== "" && !has(wanted)) add(wanted);
    setText("");
  };
  if (text === null) {
    return (
      <Button ref={opener} variant="subtle" color="gray" size="compact-sm" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setText("")}>
        {t(isFirst ? "tags.first" : "tags.add")}
      </Button>
    );
  }
  return (
    <Autocomplete
      className={classes.tagField}
      size="xs"
      aria-label={t("tags.field")}
      placeholder={t("tags.placeholder")}
      data={found}
      limit={8}
      maxLength={TAG_MAX}
      value={text}
      onChange={setText}
      onOptionSubmit={(name) => {
        take(name);
        // The field takes the option's text after this.
        requestAnimationFrame(() => setText(""));
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && !event.currentTarget.getAttribute("aria-activedescendant")) {
          event.preventDefault();
          take(text);
        }
        if (event.key === "Escape") close();
      }}
      onBlur={() => (text.trim() === "" ? setText(null) : undefined)}
      error={has(text.trim()) ? t("tags.there") : undefined}
      autoFocus
      comboboxProps={{ width: 220, position: "bottom-start" }}
    />
  );
}

/** Tags in a line of a list: the first few, and how many more. */
export function TagLine({ tags, max = 3 }: { tags: string[]; max?: number }) {
  if (tags.length === 0) return <span>–</span>;
  return (
    <span className={classes.tagLine}>
      {tags.slice(0, max).map((name) => (
        <span key={name} className={classes.tagSmall} dir="auto">
          {name}
        </span>
      ))}
      {tags.length > max && <span className={classes.soft}>+{tags.length - max}</span>}
    </span>
  );
}
