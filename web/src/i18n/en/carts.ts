export const carts = {
  title: "Carts",
};
