// SPDX-License-Identifier: MIT
#pragma once

#include "model/Edits.h"
#include "model/Pending.h"
#include "pipeline/check/Checker.h"
#include "pipeline/Pipeline.h"
#include "pipeline/Problem.h"
#include "theme/Theme.h"

#include <QWidget>

#include <functional>
#include <string>
#include <vector>

class QAction;
class QLabel;
class QScrollArea;
class QVBoxLayout;

namespace millrace {

class CodeWindow;
class FieldUndo;
class PipelineForm;
class SettingsForm;
class StepForm;

/// Everything that the panel shows at a moment; borrowed while it is handed over.
struct Inspected
{
    const Pipeline &pipeline;
    const StepIds &selection;
    const Problems &problems;
    const KnownFields &fields;
    std::string folder;
    bool isRunning = false;
    StepSettings pending = {}; ///< that apply at the next run
    StepIds newSteps = {};     ///< just added: what isn't filled in there yet is no mistake

    /// Whether that setting of a selected step applies at the next run.
    bool isPending(const std::string &setting) const;
    /// What the problem says, with its step's name where several are selected.
    QString textOf(const Problem &problem, const StepRegistry &registry) const;
};

/// The settings of the selected steps, or of the pipeline where none is selected. Every change is told at once as an edit:
/// a caption, a key under which edits of one gesture merge, and a function on the pipeline.
class InspectorPanel : public QWidget
{
    Q_OBJECT

public:
    using Edit = std::function<void(Pipeline &)>;

    InspectorPanel(const StepRegistry &registry, Theme &theme, QWidget *parent = nullptr);

    void inspect(const Inspected &inspected);
    /// Puts a widget of another room under the forms, e.g. the gauges of the moment.
    void addBelow(QWidget *widget);
    /// Opens a window for code of a step; the next inspect() fills it, and each that follows, until it is closed or the step
    /// is gone.
    CodeWindow &openCode(const std::string &step, const std::string &param);
    /// What undoes and redoes the document's edits: the menus of the fields offer them.
    void setUndoActions(QAction *undo, QAction *redo);
    /// What all that it shows needs at that width; in pixels.
    int contentHeight(int width) const;
    /// Puts the keyboard where there is most to do: on the first needed field that is empty, else the first parameter, else
    /// the name; with nothing selected on the pipeline's name.
    void focusFirst();
    /// Puts the keyboard on a parameter or setting of the selected steps; on the name where there is none of that name.
    void focusParam(const std::string &param);

Q_SIGNALS:
    /// It needs another height.
    void contentChanged();
    void edited(const QString &caption, const QString &gestureKey, const millrace::InspectorPanel::Edit &edit);
    void helpRequested(const QString &typeId);
    /// Code of a step shall be written in a window: openCode() does it.
    void codeWanted(const std::string &step, const std::string &param);
    /// A file was chosen for a step to read.
    void fileChosen(const std::string &step);
    /// As edited(), of a step that needn't be selected.
    void codeEdited(const std::string &step,
                    const QString &caption,
                    const QString &gestureKey,
                    const millrace::InspectorPanel::Edit &edit);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void showCode(const Inspected &inspected);
    void tellCode(const QString &code);
    void orderStops();
    void showFocus();

    StepForm *m_step;
    SettingsForm *m_settings;
    PipelineForm *m_pipeline;
    QVBoxLayout *m_column;
    QScrollArea *m_area;
    FieldUndo *m_undo;
    QAction *m_undoAction = nullptr, *m_redoAction = nullptr;
    const StepRegistry &m_registry;
    Theme &m_theme;
    CodeWindow *m_code = nullptr; ///< made when it is first wanted
    std::string m_codeStep, m_codeParam;
};

} // namespace millrace
