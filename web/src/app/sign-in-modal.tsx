import { Modal, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Session } from "./session";
import { SignInForm } from "./sign-in-form";

interface SignInModalProps {
  isOpen: boolean;
  before: Session | undefined;
  onClose: () => void;
  onSignedIn: (session: Session) => void;
}

/** The dialog over a page whose session has ended. */
export function SignInModal({ isOpen, before, onClose, onSignedIn }: SignInModalProps) {
  const { t } = useTranslation(["signIn", "common"]);
  return (
    <Modal opened={isOpen} onClose={onClose} title={t("again.title")} closeOnClickOutside={false} closeButtonProps={{ "aria-label": t("common:close") }}>
      <Text c="dimmed" mb="md">
        {t("again.text")}
      </Text>
      <SignInForm email={before?.person.email ?? ""} workspace={before?.workspace.id} onSignedIn={onSignedIn} />
    </Modal>
  );
}
