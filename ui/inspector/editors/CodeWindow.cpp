// SPDX-License-Identifier: MIT
#include "inspector/editors/CodeWindow.h"

#include "inspector/editors/FieldUndo.h"
#include "inspector/editors/FormGrid.h"
#include "inspector/editors/LargeCodeField.h"
#include "theme/Fields.h"

#include <QAction>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QSettings>
#include <QTextBlock>
#include <QVBoxLayout>

namespace millrace {

namespace {

const char *const SizeKey = "code/size";

} // namespace

CodeWindow::CodeWindow(Theme &theme, QWidget *parent)
    : QWidget(parent, Qt::Window)
    , m_field(new LargeCodeField(theme))
    , m_problem(makeLabel({}, "problem"))
    , m_place(makeLabel({}, "small"))
{
    setObjectName(QStringLiteral("sidePanel"));
    setAttribute(Qt::WA_StyledBackground);
    m_field->setAccessibleName(tr("Code"));
    m_problem->setWordWrap(true);
    m_problem->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto *foot = new QHBoxLayout;
    foot->addWidget(m_problem, 1);
    foot->addWidget(m_place, 0, Qt::AlignTop);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 10, 10, 8);
    layout->addWidget(m_field, 1);
    layout->addLayout(foot);
    setFocusProxy(m_field);
    auto *leave = new QAction(this);
    leave->setShortcut(QKeySequence::Close);
    connect(leave, &QAction::triggered, this, &QWidget::close);
    addAction(leave);
    connect(m_field, &QPlainTextEdit::textChanged, this, [this] { Q_EMIT edited(code()); });
    connect(m_field, &QPlainTextEdit::cursorPositionChanged, this, &CodeWindow::showPlace);
    resize(QSettings()
               .value(QLatin1String(SizeKey), m_field->sizeHint())
               .toSize()
               .boundedTo(parent ? parent->window()->size() : QSize(QWIDGETSIZE_MAX, QWIDGETSIZE_MAX)));
    placeWithinParent(*this, Qt::AlignCenter);
    showPlace();
}

CodeWindow::~CodeWindow()
{
    QSettings().setValue(QLatin1String(SizeKey), size());
}

void CodeWindow::setCode(const QString &code)
{
    if (this->code() == code)
        return;
    // From elsewhere: undone, or written in the small field. The cursor stays about where it was.
    const QSignalBlocker blocker(m_field);
    const QTextCursor before = m_field->textCursor();
    const int line = before.blockNumber() + 1, column = before.positionInBlock() + 1;
    m_field->setPlainText(code);
    m_field->goTo(line, column);
    showPlace();
}

QString CodeWindow::code() const
{
    return m_field->toPlainText();
}

void CodeWindow::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        close();
    else
        QWidget::keyPressEvent(event);
}

void CodeWindow::setFields(const SchemaPtr &fields)
{
    m_field->setFields(fields);
}

void CodeWindow::setProblem(const QString &sentence)
{
    m_problem->setText(sentence); // its line is there in any case: nothing moves
}

void CodeWindow::goTo(int line, int column)
{
    m_field->goTo(line, column);
    m_field->setFocus();
}

void CodeWindow::setUndoActions(QAction *undo, QAction *redo)
{
    auto *fields = new FieldUndo(*this);
    fields->setActions(undo, redo);
    addActions({undo, redo});
}

void CodeWindow::showPlace()
{
    const QTextCursor cursor = m_field->textCursor();
    m_place->setText(tr("Line %1, column %2").arg(cursor.blockNumber() + 1).arg(cursor.positionInBlock() + 1));
}

} // namespace millrace
