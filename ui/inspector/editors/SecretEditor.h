// SPDX-License-Identifier: MIT
#pragma once

#include "inspector/editors/ParamEditor.h"

#include <string>

class QComboBox;
class QLineEdit;

namespace millrace {

/// Where a secret is: an environment variable or a file. What it is, is never read: dots say that it is there.
class SecretEditor : public ParamEditor
{
    Q_OBJECT

public:
    SecretEditor(const Param &param, QWidget *parent);
    void setValue(const Value &value) override;
    void setSurroundings(const ParamSurroundings &surroundings) override;
    QWidget *focusField() override;

private:
    /// Null where no name is given.
    Value reference() const;
    void tell();
    void showWhetherThere();

    std::string m_folder;
    QComboBox *m_place;
    QLineEdit *m_name, *m_dots;
};

} // namespace millrace
