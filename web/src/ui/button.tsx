/** Buttons. What goes somewhere is a link; what does something is a button. */
import type { ReactNode } from 'react'
import { Button as AriaButton } from 'react-aria-components'
import styles from './button.module.css'
import { Icon, type IconName } from './icon.tsx'

/** How much a button asks for attention. */
export type ButtonLook = 'primary' | 'secondary' | 'danger' | 'quiet'

interface ButtonProps {
  readonly children: ReactNode
  readonly onPress?: () => void
  readonly look?: ButtonLook
  readonly icon?: IconName
  readonly isSmall?: boolean
  readonly isDisabled?: boolean
  /** What was asked for is being done: the button stays where it is and takes no more. */
  readonly isPending?: boolean
  readonly type?: 'button' | 'submit'
  readonly isExpanded?: boolean
  readonly controls?: string
}

/** The classes of a button, for links that look like one. */
export function buttonClass(look: ButtonLook = 'secondary', isSmall = false, isSquare = false): string {
  return [styles['button'], styles[look], isSmall && styles['small'], isSquare && styles['square']]
    .filter(Boolean)
    .join(' ')
}

/** A button with words. */
export function Button({ children, look = 'secondary', icon, isSmall = false, type = 'button', ...rest }: ButtonProps) {
  const { onPress, isDisabled = false, isPending = false, isExpanded, controls } = rest
  return (
    <AriaButton
      type={type}
      className={buttonClass(look, isSmall)}
      isDisabled={isDisabled}
      // The library would announce it from outside of a dialog that may be gone by then: the dialog says itself how it ended.
      {...(isPending ? { 'data-pending': true } : {})}
      {...(onPress === undefined || isPending ? {} : { onPress })}
      {...(isExpanded === undefined ? {} : { 'aria-expanded': isExpanded })}
      {...(controls === undefined ? {} : { 'aria-controls': controls })}
    >
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </AriaButton>
  )
}

/** A button with an icon alone; its words are for who cannot see it, and for who points at it. */
export function IconButton(props: {
  readonly label: string
  readonly icon: IconName
  readonly onPress: () => void
  readonly isSmall?: boolean
  readonly isPressed?: boolean
}) {
  const { label, icon, onPress, isSmall = false, isPressed } = props
  return (
    <span title={label}>
      <AriaButton
        aria-label={label}
        className={buttonClass('quiet', isSmall, true)}
        onPress={onPress}
        {...(isPressed === undefined ? {} : { 'aria-pressed': isPressed })}
      >
        <Icon name={icon} />
      </AriaButton>
    </span>
  )
}
