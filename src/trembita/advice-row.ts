/** One row of the advice on failures, and the phrases that many rows end with. */

/** Which codes, what they mean, what to do. */
export interface Advice {
  readonly pattern: string
  readonly means: string
  readonly todo: string
}

/** A row. In its pattern `*` stands for anything and `xx` for two digits. */
export const row = (pattern: string, means: string, todo: string): Advice => ({ pattern, means, todo })

/** Whom to ask about what our own side did. */
export const askOurs = 'ask the administrator of our security server, with the message id and faultDetail'
/** The same where there is no fault, and so no faultDetail. */
export const askOursById = 'ask the administrator of our security server, with the message id'
/** Whom to tell about what the other side did. */
export const tellRegistry = 'tell the owner of the registry, with the message id'
