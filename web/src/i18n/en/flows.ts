export const flows = {
  title: "Flows",
};
