/** The content of a signed document: a CAdES envelope (CMS SignedData, RFC 5652) that contains the document. */

/** One signature. */
export interface Signature {
  /** A stamp is a legal entity's, not a person's. */
  readonly isStamp: boolean
  readonly isValid: boolean
  /** Why it is not valid, as reported by the verifier; undefined: not reported. */
  readonly message: string | undefined
  /** The tax id of the certificate, unchanged. Personal. Undefined: it has none. */
  readonly taxId: string | undefined
  /** The signer is unknown and not checked: it counts as the caller's. */
  readonly isCallers?: true
}

/** The outcome of opening an envelope. All of `content` is personal. */
export type Opened =
  | {
      readonly kind: 'opened'
      /** The document as a JSON value; undefined if it is not JSON. */
      readonly content: unknown
      readonly signatures: readonly Signature[]
    }
  /** Signed content is not accepted here. */
  | { readonly kind: 'off' }
  /** It is not an envelope. */
  | { readonly kind: 'malformed' }
  /** Verification was not possible: the service did not answer, or not as expected. */
  | { readonly kind: 'unreachable'; readonly code: string }

/** Opens envelopes. */
export interface Signatures {
  readonly mode: 'off' | 'http' | 'structure-only'
  open(envelope: Uint8Array): Promise<Opened>
  /** Whether envelopes can be opened now: undefined, or a code. */
  check(): Promise<string | undefined>
}

/** For installations that do not accept signed content. */
export const NO_SIGNATURES: Signatures = {
  mode: 'off',
  open: async () => ({ kind: 'off' }),
  check: async () => undefined,
}

/** The JSON value of a document; undefined if it is not JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
