import { Button, Group, Modal, PasswordInput, Select, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { CopyText, Note, ProblemLine, Section, toast } from "../../design";
import { refresh, type Connection, type ShopKind } from "./queries";

const KEEP_HOURS = [0, 1, 24, 72, 168];

/** Changes the secret with which the shop signs. */
export function RotateSection({ connection, kind }: { connection: Connection; kind: ShopKind }) {
  const { t } = useTranslation(["connections", "common"]);
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <Section title={t("settings.secret")} lead={t("settings.secretText")}>
      <Button variant="default" onClick={open}>
        {t(kind.has_own_secret ? "settings.rotateOwn" : "settings.rotate")}
      </Button>
      <Modal opened={isOpen} onClose={close} title={t("settings.rotateTitle", { name: connection.name })} closeButtonProps={{ "aria-label": t("common:close") }} closeOnClickOutside={false}>
        <RotateForm connection={connection} kind={kind} onClose={close} />
      </Modal>
    </Section>
  );
}

function RotateForm({ connection, kind, onClose }: { connection: Connection; kind: ShopKind; onClose: () => void }) {
  const { t } = useTranslation(["connections", "common", "data", "signIn"]);
  const client = useQueryClient();
  const [secret, setSecret] = useState("");
  const [keep, setKeep] = useState("24");
  const [made, setMade] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const rotate = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const body = { keep_hours: Number(keep), ...(secret ? { secret } : {}) };
      const answer = await take(api.POST("/api/v1/connections/{source}/rotate", { params: { path: { source: connection.source } }, body }));
      await refresh(client);
      if (answer.secret) {
        setMade(answer.secret);
      } else {
        toast(t("settings.rotated"));
        onClose();
      }
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  if (made) {
    return (
      <Stack gap="md">
        <Note tone="wait">{t("wizard.secretOnce")}</Note>
        <CopyText text={made} label={t("settings.secret")} />
        <Group justify="flex-end">
          <Button onClick={onClose} data-autofocus>
            {t("data:keys.kept")}
          </Button>
        </Group>
      </Stack>
    );
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void rotate();
      }}
    >
      <Stack gap="md">
        <Text size="sm">{t("settings.secretText")}</Text>
        <PasswordInput label={t(kind.has_own_secret ? "settings.rotateField" : "settings.rotateFieldOptional")} required={kind.has_own_secret} autoComplete="new-password" visibilityToggleButtonProps={{ "aria-label": t("signIn:showPassword") }} value={secret} onChange={(event) => setSecret(event.currentTarget.value)} data-autofocus />
        <Select label={t("settings.keep")} allowDeselect={false} value={keep} onChange={(value) => setKeep(value ?? "24")} data={KEEP_HOURS.map((hours) => ({ value: String(hours), label: hours === 0 ? t("settings.keepNot") : t("settings.keepHours", { count: hours }) }))} />
        {problem && <ProblemLine problem={problem} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("common:cancel")}
          </Button>
          <Button type="submit" loading={isBusy}>
            {t(kind.has_own_secret ? "settings.rotateOwn" : "settings.rotate")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
