// SPDX-License-Identifier: MIT
#pragma once

#include "canvas/CanvasScene.h"
#include "model/Edits.h"
#include "pipeline/Pipeline.h"

#include <QFrame>

class QLabel;
class QLineEdit;

namespace millrace {

class CanvasView;
class Document;

/// Finds steps by name, type, parameter value or state (is:full, is:error, is:slow), and travels to them.
class FindBar : public QFrame
{
    Q_OBJECT

public:
    FindBar(Document &document, CanvasView &view, Theme &theme, QWidget *parent = nullptr);

    void open();

protected:
    /// Tab stays within the bar; on the canvas behind it, it adds a step.
    bool focusNextPrevChild(bool next) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void leave();
    void search();
    void go(int by);

    Document &m_document;
    CanvasView &m_view;
    QLineEdit *m_field;
    QLabel *m_count;
    std::vector<std::string> m_found;
    size_t m_at = 0;
};

/// Whether a step is found: every word must be in its name, id, type or a parameter, or be a state that it is in.
bool isFound(const QString &typed, const PipelineStep &step, const StepLook &look, const GaugeLimits &limits = {});

} // namespace millrace
