// SPDX-License-Identifier: MIT
#include "theme/Fields.h"

#include <QLineEdit>
#include <QListView>
#include <QStyle>
#include <QVariant>
#include <QWheelEvent>

#include <cmath>

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

NumberField::NumberField(QWidget *parent) : QDoubleSpinBox(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setDecimals(9);
    setStepType(AdaptiveDecimalStepType);
    setLocale(QLocale::c());
}

QString NumberField::textFromValue(double value) const
{
    return QString::number(value, 'g', 15);
}

double NumberField::valueFromText(const QString &text) const
{
    QString number = text;
    if (!suffix().isEmpty() && number.endsWith(suffix()))
        number.chop(suffix().size());
    return number.trimmed().toDouble();
}

QValidator::State NumberField::validate(QString &text, int &) const
{
    QString number = text;
    if (!suffix().isEmpty() && number.endsWith(suffix()))
        number.chop(suffix().size());
    bool isNumber = false;
    const double value = number.trimmed().toDouble(&isNumber);
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

void ChoiceField::wheelEvent(QWheelEvent *event)
{
    if (!leftToParent(*this, event))
        QComboBox::wheelEvent(event);
}

QLabel *makeLabel(const QString &text, const char *role, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
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
