/**
 * Messages are data: a code and its parameters. Programs compare codes; people read the texts, which one catalogue has in both
 * languages for the API, the command line and the page. `docs/messages.md` lists every code.
 */

/** The languages of the catalogue. */
export type Language = 'en' | 'uk'

/** Parameters: words of a fixed list, ids, instants (ISO 8601), counts. Never personal data. */
export type Params = Readonly<Record<string, string | number>>

/** How a text writes names and instants: the command line as in the API's values, the page in words. */
export interface Speech {
  readonly language: Language
  stream(stream: string): string
  status(status: string): string
  runState(state: string): string
  /** A run by its id. */
  run(id: string): string
  /** A worker by its id and, where it is known, its host. */
  worker(id: string, host: string): string
  instant(iso: string): string
}

/** One entry of a catalogue. The example defines the parameters and their types. */
export interface Text<P extends Params = Params> {
  readonly example: P
  en(params: P, speech: Speech): string
  uk(params: P, speech: Speech): string
}

type Wide<P extends Params> = { readonly [K in keyof P]: P[K] extends number ? number : string }

/** An entry with parameters. */
export function text<const P extends Params>(
  example: P,
  en: Text<Wide<P>>['en'],
  uk: Text<Wide<P>>['uk'],
): Text<Wide<P>> {
  return { example: example as unknown as Wide<P>, en, uk }
}

type NoParams = Readonly<Record<never, never>>

/** An entry without parameters. */
export function plain(en: string, uk: string): Text<NoParams> {
  return { example: {}, en: () => en, uk: () => uk }
}

/** The codes of a catalogue that have no parameters. */
export type PlainCodeOf<C extends Readonly<Record<string, Text>>> = {
  readonly [K in keyof C & string]: C[K] extends Text<infer P> ? (keyof P extends never ? K : never) : never
}[keyof C & string]

/** A message without parameters. */
export function bare<const C extends string>(code: C): { readonly code: C; readonly params: NoParams } {
  return { code, params: {} }
}

/** A message of a catalogue. */
export type MessageOf<C extends Readonly<Record<string, Text>>> =
  | { readonly code: PlainCodeOf<C>; readonly params: NoParams }
  | {
      readonly [K in Exclude<keyof C & string, PlainCodeOf<C>>]: {
        readonly code: K
        readonly params: C[K] extends Text<infer P> ? P : never
      }
    }[Exclude<keyof C & string, PlainCodeOf<C>>]

/** A message as text; undefined: the catalogue has no such code, or the code has other parameters. */
export function sayFrom(
  catalogue: Readonly<Record<string, Text>>,
  code: string,
  params: unknown,
  speech: Speech,
): string | undefined {
  const entry = Object.hasOwn(catalogue, code) ? catalogue[code] : undefined
  return entry !== undefined && fits(params, entry.example) ? entry[speech.language](params, speech) : undefined
}

function fits(params: unknown, example: Params): params is Params {
  const given = new Map(Object.entries(Object(params)))
  return Object.entries(example).every(([name, value]) => typeof given.get(name) === typeof value)
}
