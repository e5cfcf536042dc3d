import type { OrderStore } from "../server/parts/order-store.ts";
import type { Reservation } from "../server/parts/reservation.ts";
import type { Bug } from "./planted-bug.ts";

/** The second sale of a product begins with the buyers of the first. */
export const initKeepsOldOrders: Bug = {
  name: "init-keeps-old-orders",
  invariant: "every acknowledged write is stored, once",
  says: "Opening a product again sets its stock but keeps the orders and keys of the sale before.",
  suite: "flash-sale.load.ts",
  plant: ({ store, reservation }, pieces) => {
    const openSale: OrderStore["openSale"] = async (productId, quantity) => {
      const isNew = (await store.stock(productId)) === undefined;
      if (isNew) return store.openSale(productId, quantity);
      await pieces.setStoredStock(productId, quantity);
      return { productId, quantity, sale: 0 };
    };
    const open: Reservation["open"] = async (sale) => {
      const isNew = (await reservation.stock(sale.productId)) === undefined;
      if (isNew) return reservation.open(sale);
      await pieces.setStock(sale.productId, sale.quantity);
    };
    return {
      store: { ...delegate(store), openSale },
      reservation: {
        open,
        reserve: (order) => reservation.reserve(order),
        stock: (productId) => reservation.stock(productId),
      },
    };
  },
};

function delegate(store: OrderStore): OrderStore {
  return {
    openSale: (productId, quantity) => store.openSale(productId, quantity),
    insert: (orders) => store.insert(orders),
    stock: (productId) => store.stock(productId),
    orders: (productId, page) => store.orders(productId, page),
    sales: () => store.sales(),
  };
}
