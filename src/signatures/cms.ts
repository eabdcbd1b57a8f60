/**
 * Reads the structure of an envelope only: what is signed, how often, and by whom according to the certificates. No signature is verified
 * and no certificate is trusted: for the demo and for tests.
 */
import { isUtf8 } from 'node:buffer'
import {
  type BaseBlock,
  BaseStringBlock,
  fromBER,
  ObjectIdentifier,
  OctetString,
  Sequence,
  Set as SetBlock,
} from 'asn1js'
import { Certificate, ContentInfo, IssuerAndSerialNumber, SignedData, type SignerInfo } from 'pkijs'
import { jsonOf, type Opened, type Signature, type Signatures } from './opened.ts'

/** An envelope has some hundreds of elements, some ten deep. */
const LIMITS = { maxDepth: 40, maxNodes: 20_000 } as const

const SIGNED_DATA = '1.2.840.113549.1.7.2'
const SUBJECT_DIRECTORY_ATTRIBUTES = '2.5.29.9'
const EXTENDED_KEY_USAGE = '2.5.29.37'
const SERIAL_NUMBER = '2.5.4.5'
/** The attribute of Ukrainian certificates with a person's tax id; newer ones have it in the subject's serial number, after `TINUA-`. */
const DRFO = '1.2.804.2.1.1.1.11.1.4.1.1'
/** The key usage of a stamp. */
const STAMP = '1.2.804.2.1.1.1.3.9'

/** Opens envelopes by structure, and treats bare JSON as signed by the caller. */
export const structureOnly: Signatures = {
  mode: 'structure-only',
  open: async (envelope) => openedJson(envelope) ?? openStructure(envelope),
  check: async () => undefined,
}

function openedJson(bytes: Uint8Array): Opened | undefined {
  const content = jsonIn(bytes)
  if (content === undefined) return undefined
  const ours = { isStamp: false, isValid: true, message: undefined, taxId: undefined, isCallers: true } as const
  return { kind: 'opened', content, signatures: [ours] }
}

function jsonIn(bytes: Uint8Array): unknown {
  return isUtf8(bytes) ? jsonOf(Buffer.from(bytes).toString('utf8')) : undefined
}

/** Opens an envelope by structure. Anything but signed data is malformed; an envelope without its document has no signature of it. */
export function openStructure(bytes: Uint8Array): Opened {
  try {
    const signed = signedDataIn(bytes)
    return signed === undefined ? { kind: 'malformed' } : openedFrom(signed)
  } catch {
    // The library throws for unexpected structures.
    return { kind: 'malformed' }
  }
}

function openedFrom(signed: SignedData): Opened {
  const { eContent } = signed.encapContentInfo
  if (eContent === undefined) return { kind: 'opened', content: undefined, signatures: [] }
  const content = jsonIn(new Uint8Array(eContent.getValue()))
  return { kind: 'opened', content, signatures: signed.signerInfos.map((signer) => signatureOf(signer, signed)) }
}

function signedDataIn(bytes: Uint8Array): SignedData | undefined {
  const schema = parse(bytes)
  const info = schema && new ContentInfo({ schema })
  return info?.contentType === SIGNED_DATA ? new SignedData({ schema: info.content }) : undefined
}

function parse(bytes: Uint8Array): BaseBlock | undefined {
  const { offset, result } = fromBER(bytes, LIMITS)
  return offset === -1 ? undefined : result
}

function signatureOf({ sid }: SignerInfo, { certificates = [] }: SignedData): Signature {
  const all = certificates.filter((each) => each instanceof Certificate)
  const own =
    sid instanceof IssuerAndSerialNumber
      ? all.find((each) => each.serialNumber.isEqual(sid.serialNumber) && each.issuer.isEqual(sid.issuer))
      : all[0]
  return { isStamp: own !== undefined && isStamp(own), isValid: true, message: undefined, taxId: own && taxIdOf(own) }
}

function taxIdOf(certificate: Certificate): string | undefined {
  return attributeOf(certificate, DRFO) ?? serialNumberOf(certificate)
}

function serialNumberOf({ subject }: Certificate): string | undefined {
  const value: unknown = subject.typesAndValues.find(({ type }) => type === SERIAL_NUMBER)?.value
  return value instanceof BaseStringBlock ? /^TINUA-(.+)$/.exec(value.getValue())?.[1] : undefined
}

// SubjectDirectoryAttributes: a sequence of attributes, each an identifier with a set of values.
function attributeOf(certificate: Certificate, wanted: string): string | undefined {
  for (const attribute of partsOf(extensionOf(certificate, SUBJECT_DIRECTORY_ATTRIBUTES))) {
    const [type, values] = partsOf(attribute)
    const [value] = values instanceof SetBlock ? values.valueBlock.value : []
    if (type instanceof ObjectIdentifier && type.getValue() === wanted && value instanceof BaseStringBlock)
      return value.getValue()
  }
  return undefined
}

function isStamp(certificate: Certificate): boolean {
  const uses = partsOf(extensionOf(certificate, EXTENDED_KEY_USAGE))
  return uses.some((use) => use instanceof ObjectIdentifier && use.getValue() === STAMP)
}

function extensionOf({ extensions = [] }: Certificate, wanted: string): BaseBlock | undefined {
  const value: unknown = extensions.find(({ extnID }) => extnID === wanted)?.extnValue
  return value instanceof OctetString ? parse(new Uint8Array(value.getValue())) : undefined
}

function partsOf(block: BaseBlock | undefined): readonly BaseBlock[] {
  return block instanceof Sequence ? block.valueBlock.value : []
}
