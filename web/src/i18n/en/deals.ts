export const deals = {
  title: "Deals",
};
