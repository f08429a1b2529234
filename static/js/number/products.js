/** The products of a sum whose factors are typed over. */

/** @typedef {{ factors: readonly number[], own: number }} Product its factors now, and what the network adds */

/** @param {Product} product */
export function valueOf({ factors: [one, other] }) {
  return one * other;
}

/**
 * How much more the sum is than in the network. It is no number while a factor is none.
 * @param {readonly Product[]} products
 */
export function changeOf(products) {
  return products.reduce((change, product) => change + (valueOf(product) - product.own), 0);
}
