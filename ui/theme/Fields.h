// SPDX-License-Identifier: MIT
#pragma once

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QSpinBox>

namespace millrace {

/// Fields that leave the wheel to the scroll area around them until they have the focus.
class IntegerField : public QSpinBox
{
    Q_OBJECT

public:
    explicit IntegerField(QWidget *parent = nullptr);

protected:
    void wheelEvent(QWheelEvent *event) override;
};

/// Numbers without decimals that say nothing: 0.5, not 0.500000.
class NumberField : public QDoubleSpinBox
{
    Q_OBJECT

public:
    explicit NumberField(QWidget *parent = nullptr);
    QString textFromValue(double value) const override;
    double valueFromText(const QString &text) const override;
    QValidator::State validate(QString &text, int &at) const override;

protected:
    void wheelEvent(QWheelEvent *event) override;
};

class ChoiceField : public QComboBox
{
    Q_OBJECT

public:
    explicit ChoiceField(QWidget *parent = nullptr);

protected:
    void wheelEvent(QWheelEvent *event) override;
};

/// A label in one of the style sheet's roles: "heading", "muted", "small", "problem".
QLabel *makeLabel(const QString &text, const char *role, QWidget *parent = nullptr);
/// A panel's heading: small capitals.
QLabel *makeHeading(const QString &text, QWidget *parent = nullptr);
/// Puts a window that isn't shown yet within the one that it belongs to, where window managers would put it anywhere.
void placeWithinParent(QWidget &window, Qt::Alignment alignment = Qt::AlignCenter);
/// Shows an icon before a field's text.
void addLeadingIcon(QLineEdit &field, const QIcon &icon);
/// Sets a property that the style sheet looks at, and makes it look again.
void setStyleFlag(QWidget &widget, const char *property, bool value);

} // namespace millrace
