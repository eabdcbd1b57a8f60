/** One row of the advice on failures, and the phrases that many rows share. */

/** Which codes, what they mean and what to do. */
export interface Advice {
  readonly pattern: string
  readonly means: string
  readonly todo: string
}

/** Creates a row. In its pattern `*` matches anything and `xx` two digits. */
export const row = (pattern: string, means: string, todo: string): Advice => ({ pattern, means, todo })

/** Whom to ask about our own side. */
export const askOurs = 'ask the administrator of our security server, with the message id and faultDetail'
/** The same for failures without a fault, and so without faultDetail. */
export const askOursById = 'ask the administrator of our security server, with the message id'
/** Whom to contact about the other side. */
export const tellRegistry = 'tell the owner of the registry, with the message id'
