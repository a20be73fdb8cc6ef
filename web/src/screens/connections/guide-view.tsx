import { Button } from "@mantine/core";
import { IconChevronRight, IconDownload, IconInfoCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Fragment, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { download } from "../../app/download";
import { CopyText, ProblemView, TextSkeleton } from "../../design";
import { useFormat } from "../../format/react";
import { loadGuide, loadTrackerGuide, type Guide, type GuideFile, type GuidePart, type GuideStep, type GuideValue, type ShopName, type TrackerName } from "../../i18n/guide";
import classes from "./connections.module.css";

/** The guide of a kind of shop in the reader's language. */
export function useGuide(shop: ShopName) {
  const { language } = useFormat();
  return useQuery({ queryKey: ["guide", language, shop], queryFn: () => loadGuide(language, shop), staleTime: Infinity, meta: { isStill: true } });
}

interface WithGuideProps {
  shop: ShopName;
  children: (guide: Guide) => ReactNode;
}

export function WithGuide({ shop, children }: WithGuideProps) {
  const { data, error, refetch } = useGuide(shop);
  if (data) return children(data);
  if (error) return <ProblemView error={error} retry={() => void refetch()} compact />;
  return <TextSkeleton lines={8} />;
}

/** The guide of what speaks for a shop, in the reader's language. */
export function useTrackerGuide(tracker: TrackerName) {
  const { language } = useFormat();
  return useQuery({ queryKey: ["guide", language, tracker], queryFn: () => loadTrackerGuide(language, tracker), staleTime: Infinity, meta: { isStill: true } });
}

interface GuideViewProps {
  part: GuidePart;
  /** Ours, to be copied at the steps that want them. */
  values?: Partial<Record<GuideValue, ReactNode>>;
  /** That of the webhooks: it stands in what is pasted whole. */
  address?: string;
  /** Other words in it, and what goes in their place. */
  words?: Record<string, string>;
}

/** Where our address goes in a text to be pasted. */
const ADDRESS = "ADDRESS-FOR-WEBHOOKS";

/** What to click in the shop, step by step. */
export function GuideView({ part, values = {}, address = ADDRESS, words = {} }: GuideViewProps) {
  const filled = (text: string) => Object.entries({ [ADDRESS]: address, ...words }).reduce((done, [word, value]) => done.replaceAll(word, value), text);
  return (
    <div className={classes.guide}>
      <ol className={classes.steps}>
        {part.steps.map((step) => (
          <li key={step.text}>
            <Step step={step} values={values} filled={filled} />
          </li>
        ))}
      </ol>
      {part.note && (
        <p className={classes.guideNote}>
          <IconInfoCircle size={18} aria-hidden />
          <span>{part.note}</span>
        </p>
      )}
    </div>
  );
}

interface StepOfGuideProps {
  step: GuideStep;
  values: Partial<Record<GuideValue, ReactNode>>;
  filled: (text: string) => string;
}

function Step({ step, values, filled }: StepOfGuideProps) {
  const { t } = useTranslation("connections");
  return (
    <div className={classes.step}>
      {step.where && <Where menus={step.where} english={step.whereEnglish} />}
      <p>{step.text}</p>
      {step.list && (
        <ul className={classes.ticks}>
          {step.list.map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
      )}
      {step.values?.map((name) => (
        <div key={name} className={classes.value}>
          <span className={classes.valueName}>{t(`wizard.values.${name}`)}</span>
          {values[name]}
        </div>
      ))}
      {step.file && <FileLink file={step.file} />}
      {step.code && <Code text={filled(step.code)} />}
    </div>
  );
}

/** A file of ours, from the page itself: nothing is fetched from elsewhere. */
function FileLink({ file }: { file: GuideFile }) {
  const { t } = useTranslation("connections");
  return (
    <Button variant="default" size="compact-md" style={{ justifySelf: "start", alignSelf: "flex-start" }} leftSection={<IconDownload size={16} aria-hidden />} onClick={() => download(file.name, file.text, "text/plain")}>
      {t("guide.download", { name: file.name })}
    </Button>
  );
}

/** Menus to go through: “Settings › Notifications”. */
function Where({ menus, english }: { menus: string[]; english: string[] | undefined }) {
  const { language } = useFormat();
  return (
    <p className={classes.where}>
      <Path menus={menus} />
      {language !== "en" && english && english.join() !== menus.join() && (
        <span className={classes.english} lang="en">
          ({english.join(" › ")})
        </span>
      )}
    </p>
  );
}

function Path({ menus }: { menus: string[] }) {
  return (
    <span className={classes.path}>
      {menus.map((menu, index) => (
        <Fragment key={menu}>
          {index > 0 && <IconChevronRight size={14} aria-label="›" />}
          <b>{menu}</b>
        </Fragment>
      ))}
    </span>
  );
}

function Code({ text }: { text: string }) {
  const { t } = useTranslation("connections");
  return (
    <div className={classes.code}>
      <CopyText text={text} label={t("guide.copyHere")} />
    </div>
  );
}
