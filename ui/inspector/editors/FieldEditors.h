// SPDX-License-Identifier: MIT
#pragma once

#include "inspector/editors/ParamEditor.h"

#include <QStringList>

class QComboBox;
class QGridLayout;
class QLineEdit;
class QMenu;

namespace millrace {

/// The name of one field, with those that arrive to choose from.
class FieldNameEditor : public ParamEditor
{
    Q_OBJECT

public:
    FieldNameEditor(const Param &param, QWidget *parent);
    void setValue(const Value &value) override;
    void setSurroundings(const ParamSurroundings &surroundings) override;
    QWidget *focusField() override;

private:
    QComboBox *m_field;
};

/// A list of field names: typed with commas, or ticked in a menu of those that arrive.
class FieldNamesEditor : public ParamEditor
{
    Q_OBJECT

public:
    FieldNamesEditor(const Param &param, Theme &theme, QWidget *parent);
    void setValue(const Value &value) override;
    void setSurroundings(const ParamSurroundings &surroundings) override;
    QWidget *focusField() override;

private:
    void fillMenu();
    QStringList names() const;
    void tell(const QStringList &names);

    QLineEdit *m_field;
    QMenu *m_menu;
    QStringList m_known;
};

/// Pairs of texts, a row each, with an empty row at the end for the next one.
class TextMapEditor : public ParamEditor
{
    Q_OBJECT

public:
    TextMapEditor(const Param &param, Theme &theme, QWidget *parent);
    void setValue(const Value &value) override;
    void setSurroundings(const ParamSurroundings &surroundings) override;
    QWidget *focusField() override;
    bool isWide() const override { return true; }

private:
    struct Row
    {
        QLineEdit *key, *value;
        QWidget *remove;
    };
    void addRow();
    void tell();
    Members pairs() const;
    Value valueOf(const std::string &text) const;

    Theme &m_theme;
    QString m_name;
    bool m_isOfFields; ///< else of variables
    bool m_holdsSecrets;
    QGridLayout *m_grid;
    std::vector<Row> m_rows;
    QStringList m_known;
};

} // namespace millrace
