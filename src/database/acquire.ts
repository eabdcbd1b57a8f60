import { acquireEmbedded } from './embedded/embedded.ts'

/** A database that a command may use until it releases it. */
export interface AcquiredDatabase {
  readonly url: string
  /** Whether it is the clone's own server. */
  readonly embedded: boolean
  /** Where the embedded server has its data and its log. */
  readonly stateDirectory?: string
  /** Must be called once when the command ends, after its pools are closed. The last user of the embedded server stops it. */
  release(): Promise<void>
}

/** The database of DATABASE_URL if set, otherwise the clone's own (spec 7.1). Does not migrate. */
export async function acquireDatabase(settings: { readonly url: string | undefined }): Promise<AcquiredDatabase> {
  const { url } = settings
  if (url !== undefined) return { url, embedded: false, release: async () => undefined }
  return { ...(await acquireEmbedded()), embedded: true }
}
