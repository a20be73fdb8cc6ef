import { Tabs } from "@mantine/core";
import type { ReactNode } from "react";
import { useUrlState } from "./filters";
import classes from "./tabs.module.css";

export interface UrlTab {
  value: string;
  label: ReactNode;
  content: ReactNode;
}

/** Tabs whose open one is in the address (`?tab=`). Only the open one is drawn. */
export function UrlTabs({ tabs, label, name = "tab" }: { tabs: UrlTab[]; label: string; name?: string }) {
  const { values, set } = useUrlState(name);
  const open = tabs.find(({ value }) => value === values[name]) ?? tabs[0];
  return (
    <Tabs value={open?.value ?? null} onChange={(value) => set({ [name]: value === tabs[0]?.value ? "" : (value ?? "") })} keepMounted={false}>
      <Tabs.List aria-label={label} className={classes.list}>
        {tabs.map(({ value, label: name_ }) => (
          <Tabs.Tab key={value} value={value}>
            {name_}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map(({ value, content }) => (
        <Tabs.Panel key={value} value={value} pt="lg">
          {content}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
