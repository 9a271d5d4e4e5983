// SPDX-License-Identifier: MIT
#pragma once

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>
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
    void keyPressEvent(QKeyEvent *event) override;
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
    void stepBy(int steps) override;
    /// A blank field shows a placeholder until a number is given, be it 0.
    void setBlank(bool isBlank);
    bool isBlank() const { return m_isBlank; }

Q_SIGNALS:
    /// The field isn't blank any more. Told where valueChanged() may not be: a blank field's value is 0.
    void filled(double value);

protected:
    void wheelEvent(QWheelEvent *event) override;

private:
    QString withoutSuffix(const QString &text) const;

    bool m_isBlank = false;
};

/// A choice whose text ends in "…" where there is no room for all of it; its tool tip then begins with the whole text.
class ChoiceField : public QComboBox
{
    Q_OBJECT

public:
    explicit ChoiceField(QWidget *parent = nullptr);
    /// The choice as it is shown.
    QString shownText() const;

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
};

/// A tick that wears a ring while it has the keyboard.
class TickField : public QCheckBox
{
    Q_OBJECT

public:
    using QCheckBox::QCheckBox;

protected:
    void paintEvent(QPaintEvent *event) override;
};

/// A line of text that is cut with "…" while nobody writes in it; its tool tip then begins with the whole text.
class TextField : public QLineEdit
{
    Q_OBJECT

public:
    /// Where the "…" stands: Qt::ElideLeft leaves a path its file's name.
    explicit TextField(Qt::TextElideMode cut = Qt::ElideRight, QWidget *parent = nullptr);
    /// The text as it is shown without the keyboard's focus.
    QString shownText() const;

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    QRect room() const;

    Qt::TextElideMode m_cut;
};

/// A label in one of the style sheet's roles: "heading", "muted", "small", "problem"; "": as other text. It shows its text as it is.
QLabel *makeLabel(const QString &text = {}, const char *role = "", QWidget *parent = nullptr);
/// A panel's heading: small capitals.
QLabel *makeHeading(const QString &text, QWidget *parent = nullptr);
/// Puts a window that isn't shown yet within the one that it belongs to, where window managers would put it anywhere.
void placeWithinParent(QWidget &window, Qt::Alignment alignment = Qt::AlignCenter);
/// Shows an icon before a field's text.
void addLeadingIcon(QLineEdit &field, const QIcon &icon);
/// Sets a property that the style sheet looks at, and makes it look again.
void setStyleFlag(QWidget &widget, const char *property, bool value);

} // namespace millrace
