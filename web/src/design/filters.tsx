/** Filters that live in the address, so that a list can be bookmarked, shared and come back to. */

import { Button, CloseButton, Group, SegmentedControl, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./filters.module.css";

export interface UrlState<K extends string> {
  /** What is not in the address is an empty text. */
  values: Record<K, string>;
  /** Changes some; an empty text takes one away. */
  set: (change: Partial<Record<K, string>>) => void;
  clear: () => void;
  isAny: boolean;
}

/** The values of some names in the address's query. */
export function useUrlState<K extends string>(...names: K[]): UrlState<K> {
  const search: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const values = Object.fromEntries(names.map((name) => [name, textOf(search[name])])) as Record<K, string>;
  const set = (change: Partial<Record<K, string>>) => {
    void navigate({
      to: ".",
      search: (before: Record<string, unknown>) => {
        const after: Record<string, unknown> = { ...before, ...change };
        for (const name of Object.keys(after)) if (after[name] === "" || after[name] === undefined) delete after[name];
        return after;
      },
      replace: true,
      resetScroll: false,
    } as never);
  };
  const clear = () => set(Object.fromEntries(names.map((name) => [name, ""])) as Partial<Record<K, string>>);
  return { values, set, clear, isAny: names.some((name) => values[name] !== "") };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

/** The bar above a list. */
export function FilterBar({ children, clear, isAny }: { children: ReactNode; clear?: () => void; isAny?: boolean }) {
  const { t } = useTranslation();
  return (
    <div className={`${classes.bar} r-no-print`} role="search">
      {children}
      {clear && isAny && (
        <Button variant="subtle" color="gray" onClick={clear}>
          {t("clearFilters")}
        </Button>
      )}
    </div>
  );
}

interface SearchBoxProps {
  value: string;
  onChange: (value: string) => void;
  label: string;
  placeholder?: string;
  autoFocus?: boolean;
}

/** Search as one types: the list follows a moment after the last key. */
export function SearchBox({ value, onChange, label, placeholder, autoFocus }: SearchBoxProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(value);
  const tell = useDebouncedCallback(onChange, 180);
  useEffect(() => setText(value), [value]);
  return (
    <TextInput
      className={classes.search}
      type="text"
      inputMode="search"
      aria-label={label}
      placeholder={placeholder ?? label}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={text ? <CloseButton size="sm" aria-label={t("clear")} onClick={() => { setText(""); onChange(""); }} /> : null}
      value={text}
      data-autofocus={autoFocus || undefined}
      data-page-search
      onChange={(event) => {
        setText(event.currentTarget.value);
        tell(event.currentTarget.value);
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter") onChange(text);
        if (event.key === "Escape" && text) {
          event.stopPropagation();
          setText("");
          onChange("");
        }
      }}
    />
  );
}

export interface Option {
  value: string;
  label: string;
}

interface ChoiceProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  options: Option[];
  /** How “no matter which” reads. */
  any: string;
}

/** One of many: a select. */
export function FilterSelect({ label, value, onChange, options, any }: ChoiceProps) {
  const { t } = useTranslation();
  return (
    <Select
      className={classes.select}
      aria-label={label}
      placeholder={any}
      data={options}
      value={value || null}
      onChange={(chosen) => onChange(chosen ?? "")}
      clearable
      clearButtonProps={{ "aria-label": t("clear") }}
      searchable={options.length > 8}
      checkIconPosition="right"
      comboboxProps={{ width: "max-content", position: "bottom-start" }}
    />
  );
}

/** One of a few: all in view. On a phone it becomes a select. */
export function FilterChoice(props: ChoiceProps) {
  const { label, value, onChange, options, any } = props;
  return (
    <>
      <SegmentedControl className={classes.choice} aria-label={label} value={value} onChange={onChange} data={[{ value: "", label: any }, ...options]} />
      <Group className={classes.choiceSmall}>
        <FilterSelect {...props} />
      </Group>
    </>
  );
}
