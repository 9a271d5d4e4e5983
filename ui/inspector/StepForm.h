// SPDX-License-Identifier: MIT
#pragma once

#include "inspector/editors/ParamEditor.h"
#include "inspector/InspectorPanel.h"

#include <map>
#include <string>

class QCheckBox;
class QLineEdit;

namespace millrace {

class FormGrid;

/// Name, type and parameters of the selected steps, generated from the type's declaration. Parameters are shown where all
/// selected steps are of one type, and are then changed in all of them.
class StepForm : public QWidget
{
    Q_OBJECT

public:
    StepForm(const StepRegistry &registry, Theme &theme, QWidget *parent = nullptr);

    void show(const Inspected &inspected, const std::vector<const PipelineStep *> &steps);
    void focusName();
    /// The first parameter that is needed and empty, else the first of all. False where there is none.
    bool focusFirst();
    /// False where there is no such parameter on the form.
    bool focusParam(const std::string &param);

Q_SIGNALS:
    void edited(const QString &caption, const QString &gestureKey, const millrace::InspectorPanel::Edit &edit);
    void helpRequested(const QString &typeId);
    void codeWanted(const std::string &step, const std::string &param);
    /// The step that is shown has another file to read now.
    void fileChosen(const std::string &step);

private:
    struct Row
    {
        ParamEditor *editor;
        QLabel *line;
        QString help;
        QString problem;        ///< as of the last check
        QString warning;        ///< the same, where there is no problem
        bool isMissing = false; ///< needed, and not given in one of the selected steps
        bool differs = false;   ///< between the selected steps
        bool isPending = false; ///< changed, and not part of the run yet
        QString guess = {};     ///< what is guessed where nothing is said
    };
    void build(const StepType *type, const std::string &typeId);
    void buildParams(const StepType &type);
    QWidget *makeTypeRow(const StepType *type, const QString &title);
    void showValues(const Inspected &inspected, const std::vector<const PipelineStep *> &steps);
    void showProblems(const Inspected &inspected);
    QString guessText(const Inspected &inspected, const PipelineStep &step, const std::string &param) const;
    void showLine(const std::string &param);
    void changeParam(const std::string &name, const Value &value);
    QString keyFor(const QString &what) const;

    const StepRegistry &m_registry;
    Theme &m_theme;
    FormGrid *m_grid;
    QLineEdit *m_name = nullptr;
    QLabel *m_stepProblem = nullptr;
    std::map<std::string, Row> m_rows;
    std::string m_typeId; ///< that the form was built for
    bool m_isBuilt = false, m_isSingle = true;
    bool m_isNew = false; ///< what is wrong is said without alarm
    StepIds m_steps;
};

} // namespace millrace
