/** Dialogs that ask before an action: what it affects and why it is done. */
import { type ReactNode, useState } from 'react'
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { FEWEST_VISIBLE, readReason } from '../../../src/audit/reason.ts'
import { asFailure } from '../graphql/use-query.ts'
import { useTexts } from '../i18n/texts.ts'
import { Button } from './button.tsx'
import styles from './dialog.module.css'
import { TextArea } from './field.tsx'
import { ActFailure } from './states.tsx'
import { uiTexts } from './texts.ts'

/** The content and options of the dialog. */
interface ConfirmProps {
  readonly title: string
  /** What will happen, and what is affected and what is not. */
  readonly children: ReactNode
  readonly confirm: string
  readonly isDangerous?: boolean
  /** Whether a reason is requested, and whether it is required. */
  readonly asksReason?: 'required' | 'optional' | 'no'
  /** Not possible yet: the affected records are still being counted, or there are none. */
  readonly isDisabled?: boolean
  /** The content is shown only once: only the button closes it. */
  readonly isShownOnce?: boolean
  /**
   * Runs the action. If it throws, the error is shown and the dialog stays open; also if it resolves to `false`, which means that the input
   * must be corrected.
   */
  readonly onConfirm: (reason: string) => Promise<unknown>
  readonly onClose: () => void
}

/** The dialog; open while it is rendered. */
export function ConfirmDialog(props: ConfirmProps) {
  const {
    title,
    children,
    confirm,
    isDangerous = false,
    asksReason = 'no',
    isDisabled = false,
    isShownOnce = false,
    onConfirm,
    onClose,
  } = props
  const texts = useTexts(uiTexts)
  const [given, setGiven] = useState('')
  const [problem, setProblem] = useState<string>()
  const [failure, setFailure] = useState<ReturnType<typeof asFailure>>()
  const [isPending, setIsPending] = useState(false)
  const act = async () => {
    const read = readReason(given)
    const isLeftOut = given.trim() === ''
    if (asksReason === 'required' && isLeftOut) return setProblem(texts.reasonNeeded)
    if (asksReason !== 'no' && !isLeftOut && !('reason' in read))
      return setProblem(texts.reasonTooShort(FEWEST_VISIBLE))
    setIsPending(true)
    setFailure(undefined)
    try {
      if ((await onConfirm('reason' in read ? read.reason : '')) === false) return setIsPending(false)
      onClose()
    } catch (error) {
      setFailure(asFailure(error))
      setIsPending(false)
    }
  }
  return (
    <ModalOverlay
      className={styles['overlay'] ?? ''}
      isOpen
      isDismissable={!isPending && !isShownOnce}
      isKeyboardDismissDisabled={isShownOnce}
      onOpenChange={(isOpen) => isOpen || onClose()}
    >
      <Modal className={styles['modal'] ?? ''}>
        <Dialog className={styles['dialog'] ?? ''} role={isDangerous ? 'alertdialog' : 'dialog'}>
          <Heading slot="title" level={2}>
            {title}
          </Heading>
          {children}
          {asksReason !== 'no' && (
            <TextArea
              label={asksReason === 'optional' ? texts.reasonOptional : texts.reason}
              hint={texts.reasonHint}
              problem={problem}
              value={given}
              onChange={(value) => {
                setGiven(value)
                setProblem(undefined)
              }}
            />
          )}
          {failure !== undefined && <ActFailure failure={failure} />}
          <div className={styles['actions']}>
            {!isShownOnce && (
              <Button onPress={onClose} isDisabled={isPending}>
                {texts.cancel}
              </Button>
            )}
            <Button
              look={isDangerous ? 'danger' : 'primary'}
              onPress={() => void act()}
              isPending={isPending}
              isDisabled={isDisabled}
            >
              {confirm}
            </Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}
