// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "steps/read/FileLook.h"
#include "theme/Theme.h"

#include <QFrame>
#include <QFutureWatcher>
#include <QTimer>

#include <map>
#include <memory>
#include <string>

class QLabel;
class QPushButton;
class QTableWidget;

namespace millrace {

class CanvasView;
class Document;
class FormGrid;
class InspectorPanel;
class ParamEditor;
class StepAdder;

/// How a file that was just dropped or chosen would be read: what was guessed, each guess to be changed in place, and the first rows.
/// "Read it so" gives the source all of it as parameters, as one edit. Floats on the canvas. The file is looked at on a thread of the
/// pool; everything else is on the GUI's.
class FileCard : public QFrame
{
    Q_OBJECT

public:
    struct Parts
    {
        Document &document;
        CanvasView &view;
        Theme &theme;
        StepAdder &adder;
        InspectorPanel &inspector;
    };

    /// A child of the view. Opens by itself when a file is dropped there, or chosen in the inspector.
    explicit FileCard(Parts parts);

    /// Shows the file that the source reads, unless nothing can be guessed of it. A second call leaves the first one's file.
    void openFor(const std::string &step);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    using Look = std::shared_ptr<const Result<FileLook>>;

    void look();
    void take(const Look &look);
    void showGuesses(const FileLook &look);
    void addEditor(const std::string &param);
    void showItems(const FileLook &look);
    void place();
    void readSo();
    void leave();

    Document &m_document;
    CanvasView &m_view;
    Theme &m_theme;
    QLabel *m_title, *m_said;
    FormGrid *m_form;
    QTableWidget *m_table;
    QPushButton *m_readSo;
    std::map<std::string, ParamEditor *> m_editors; ///< by parameter
    std::string m_step;
    size_t m_steps = 0;                    ///< in the drawing
    bool m_takesFocus = false;             ///< when it is next shown
    Value m_params;                        ///< as they are to be tried
    std::map<std::string, Value> m_values; ///< what would be read so: guesses, and what was changed here
    QTimer m_changed;                      ///< until nobody changes a guess any more
    QFutureWatcher<Look> m_looking;
};

} // namespace millrace
