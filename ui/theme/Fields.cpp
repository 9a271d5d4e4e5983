// SPDX-License-Identifier: MIT
#include "theme/Fields.h"

#include "theme/PlainText.h"

#include <QCoreApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QListView>
#include <QPainter>
#include <QStatusTipEvent>
#include <QStyleOptionFrame>
#include <QStylePainter>
#include <QToolTip>
#include <QVariant>
#include <QWheelEvent>

#include <cmath>
#include <utility>

namespace millrace {

namespace {

/// True where the event was left to whom it may concern.
bool leftToParent(const QWidget &widget, QWheelEvent *event)
{
    if (widget.hasFocus())
        return false;
    event->ignore();
    return true;
}

/// Shows what is cut before what the tool tip says anyway. Returns false where nothing is cut.
bool showWhole(QWidget &widget, QEvent *event, const QString &whole, const QString &shown)
{
    if (event->type() != QEvent::ToolTip || whole == shown)
        return false;
    const QString tip = widget.toolTip();
    QToolTip::showText(static_cast<QHelpEvent *>(event)->globalPos(), plainToolTip(whole, tip), &widget);
    return true;
}

} // namespace

IntegerField::IntegerField(QWidget *parent) : QSpinBox(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setKeyboardTracking(true);
}

void IntegerField::wheelEvent(QWheelEvent *event)
{
    if (!leftToParent(*this, event))
        QSpinBox::wheelEvent(event);
}

void IntegerField::keyPressEvent(QKeyEvent *event)
{
    QSpinBox::keyPressEvent(event);
    // Letters that go nowhere were meant for somewhere else.
    if (event->text().size() == 1 && event->text().at(0).isLetter() && !(event->modifiers() & Qt::ControlModifier)) {
        QStatusTipEvent tip(
            tr("“%1” takes a whole number. Enter or Esc goes back to the canvas.").arg(accessibleName()));
        QCoreApplication::sendEvent(window(), &tip);
    }
}

NumberField::NumberField(QWidget *parent) : QDoubleSpinBox(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setDecimals(9);
    setStepType(AdaptiveDecimalStepType);
    setLocale(QLocale::c());
    connect(lineEdit(), &QLineEdit::textEdited, this, [this](const QString &text) {
        QString typed = text;
        int at = 0;
        if (!m_isBlank || withoutSuffix(text).isEmpty() || validate(typed, at) != QValidator::Acceptable)
            return;
        m_isBlank = false;
        Q_EMIT filled(valueFromText(text));
    });
}

void NumberField::setBlank(bool isBlank)
{
    if (isBlank == m_isBlank)
        return;
    m_isBlank = isBlank;
    lineEdit()->setPlaceholderText(isBlank ? tr("a number") : QString());
    const QSignalBlocker blocker(this);
    setValue(isBlank ? 0 : value()); // shows it anew
}

void NumberField::stepBy(int steps)
{
    if (!std::exchange(m_isBlank, false)) {
        QDoubleSpinBox::stepBy(steps);
        return;
    }
    setValue(steps);
    Q_EMIT filled(value());
}

QString NumberField::withoutSuffix(const QString &text) const
{
    QString number = text;
    if (!suffix().isEmpty() && number.endsWith(suffix()))
        number.chop(suffix().size());
    return number.trimmed();
}

QString NumberField::textFromValue(double value) const
{
    return m_isBlank ? QString() : QString::number(value, 'g', 15);
}

double NumberField::valueFromText(const QString &text) const
{
    return withoutSuffix(text).toDouble();
}

QValidator::State NumberField::validate(QString &text, int &) const
{
    const QString number = withoutSuffix(text);
    if (m_isBlank && number.isEmpty())
        return QValidator::Acceptable;
    bool isNumber = false;
    const double value = number.toDouble(&isNumber);
    if (!isNumber || value < minimum() || value > maximum())
        return QValidator::Intermediate;
    return QValidator::Acceptable;
}

void NumberField::wheelEvent(QWheelEvent *event)
{
    if (!leftToParent(*this, event))
        QDoubleSpinBox::wheelEvent(event);
}

ChoiceField::ChoiceField(QWidget *parent) : QComboBox(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setView(new QListView(this)); // the style sheet's item padding needs a plain view
    setSizeAdjustPolicy(AdjustToMinimumContentsLengthWithIcon);
    setMinimumContentsLength(6);
}

QString ChoiceField::shownText() const
{
    QStyleOptionComboBox option;
    initStyleOption(&option);
    const QRect room = style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, this);
    return fontMetrics().elidedText(option.currentText, Qt::ElideRight, room.width() - 2);
}

bool ChoiceField::event(QEvent *event)
{
    return (!isEditable() && showWhole(*this, event, currentText(), shownText())) || QComboBox::event(event);
}

void ChoiceField::paintEvent(QPaintEvent *event)
{
    if (isEditable() || currentText().isEmpty()) {
        QComboBox::paintEvent(event);
        return;
    }
    QStylePainter painter(this);
    QStyleOptionComboBox option;
    initStyleOption(&option);
    option.currentText = shownText();
    painter.drawComplexControl(QStyle::CC_ComboBox, option);
    painter.drawControl(QStyle::CE_ComboBoxLabel, option);
}

void TickField::paintEvent(QPaintEvent *event)
{
    QCheckBox::paintEvent(event);
    if (!hasFocus())
        return;
    constexpr double Away = 0, Width = 2, Radius = 4; // pixels
    QStyleOptionButton option;
    initStyleOption(&option);
    const QRectF tick(style()->subElementRect(QStyle::SE_CheckBoxIndicator, &option, this));
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(palette().color(QPalette::WindowText), Width));
    painter.drawRoundedRect(tick.adjusted(-Away, -Away, Away, Away), Radius, Radius);
}

TextField::TextField(Qt::TextElideMode cut, QWidget *parent) : QLineEdit(parent), m_cut(cut) {}

QRect TextField::room() const
{
    constexpr int OwnMargin = 2; // QLineEdit's, beside its text
    QStyleOptionFrame option;
    initStyleOption(&option);
    return style()
        ->subElementRect(QStyle::SE_LineEditContents, &option, this)
        .marginsRemoved(textMargins())
        .adjusted(OwnMargin, 0, -OwnMargin, 0);
}

QString TextField::shownText() const
{
    return fontMetrics().elidedText(text(), m_cut, room().width());
}

bool TextField::event(QEvent *event)
{
    return showWhole(*this, event, text(), shownText()) || QLineEdit::event(event);
}

void TextField::paintEvent(QPaintEvent *event)
{
    const QString shown = shownText();
    if (hasFocus() || shown == text()) {
        QLineEdit::paintEvent(event);
        return;
    }
    QPainter painter(this);
    QStyleOptionFrame option;
    initStyleOption(&option);
    style()->drawPrimitive(QStyle::PE_PanelLineEdit, &option, &painter, this);
    painter.setPen(palette().color(isEnabled() ? QPalette::Active : QPalette::Disabled, QPalette::Text));
    painter.drawText(room(), Qt::AlignLeft | Qt::AlignVCenter, shown);
}

void ChoiceField::wheelEvent(QWheelEvent *event)
{
    if (!leftToParent(*this, event))
        QComboBox::wheelEvent(event);
}

QLabel *makeLabel(const QString &text, const char *role, QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setText(text);
    label->setProperty("role", QLatin1String(role));
    return label;
}

QLabel *makeHeading(const QString &text, QWidget *parent)
{
    QLabel *label = makeLabel(text.toUpper(), "heading", parent);
    QFont font = label->font();
    font.setPixelSize(int(std::lround(font.pixelSize() * 11.0 / 13.0)));
    font.setWeight(QFont::DemiBold);
    font.setLetterSpacing(QFont::AbsoluteSpacing, 0.4);
    label->setFont(font);
    return label;
}

void placeWithinParent(QWidget &window, Qt::Alignment alignment)
{
    constexpr int Margin = 60;
    const QWidget *parent = window.parentWidget();
    if (!parent || window.isVisible())
        return;
    const QRect room = QRect(parent->mapToGlobal(QPoint()), parent->size()).adjusted(Margin, Margin, -Margin, -Margin);
    window.move(QStyle::alignedRect(Qt::LeftToRight, alignment, window.size(), room).topLeft());
}

void addLeadingIcon(QLineEdit &field, const QIcon &icon)
{
    field.addAction(icon, QLineEdit::LeadingPosition);
    setStyleFlag(field, "hasIcon", true); // the icon's room and the style sheet's would add up
}

void setStyleFlag(QWidget &widget, const char *property, bool value)
{
    if (widget.property(property).toBool() == value)
        return;
    widget.setProperty(property, value);
    widget.style()->unpolish(&widget);
    widget.style()->polish(&widget);
}

} // namespace millrace
