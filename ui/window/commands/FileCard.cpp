// SPDX-License-Identifier: MIT
#include "window/commands/FileCard.h"

#include "canvas/CanvasView.h"
#include "document/Document.h"
#include "editing/StepAdder.h"
#include "inspector/editors/FormGrid.h"
#include "inspector/editors/ParamEditor.h"
#include "inspector/InspectorPanel.h"
#include "model/Edits.h"
#include "theme/Fields.h"
#include "theme/Text.h"

#include <QApplication>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QTableWidget>
#include <QtConcurrentRun>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace millrace {

namespace {

constexpr size_t ShownItems = 8;
constexpr size_t MostColumns = 60;
constexpr int Margin = 12;                      // pixels to the view's edges
constexpr int MostWidth = 620, FormWidth = 280; // pixels
constexpr int MostHeight = 460;
constexpr int Pause = 250; // milliseconds

QString cellText(const Value *value)
{
    if (!value || value->isNull())
        return {};
    if (value->isText())
        return toQString(value->toText());
    const QString text = toQString(toJson(*value));
    return value->isTimestamp() ? text.mid(1, text.size() - 2) : text;
}

/// The parameters with all that the type would guess left open.
Value openParams(const PipelineStep &step, const StepType &type)
{
    PipelineStep open = step;
    for (const Param &param : type.params)
        if (param.defaultValue == Value("auto"))
            open.setParam(param.name, param.defaultValue);
    return {open.params};
}

} // namespace

FileCard::FileCard(Parts parts)
    : QFrame(&parts.view)
    , m_document(parts.document)
    , m_view(parts.view)
    , m_theme(parts.theme)
    , m_title(makeLabel({}, "title"))
    , m_said(makeLabel({}, "small"))
    , m_form(new FormGrid)
    , m_table(new QTableWidget)
    , m_readSo(new QPushButton(tr("Read it so")))
{
    setObjectName(QStringLiteral("fileCard"));
    setAccessibleName(tr("How the file is read"));
    m_said->setWordWrap(true);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setAccessibleName(tr("The first rows"));
    m_table->verticalHeader()->hide();
    m_readSo->setProperty("primary", true);
    m_readSo->setToolTip(tr("Writes what stands here into the step's settings. Undo takes it back."));
    auto *leaveOpen = new QPushButton(tr("Leave it open"));
    leaveOpen->setToolTip(tr("The step guesses anew whenever it reads."));
    auto *close = new QToolButton;
    close->setObjectName(QStringLiteral("close"));
    close->setIcon(m_theme.icon(QStringLiteral("close")));
    close->setAccessibleName(tr("Close"));

    auto *formArea = new QScrollArea;
    formArea->setWidget(m_form);
    formArea->setWidgetResizable(true);
    formArea->setFrameShape(QFrame::NoFrame);
    formArea->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    formArea->setFixedWidth(FormWidth);
    formArea->setAccessibleName(tr("What was guessed"));
    auto *head = new QHBoxLayout;
    head->addWidget(m_title, 1);
    head->addWidget(close);
    auto *middle = new QHBoxLayout;
    middle->addWidget(formArea);
    middle->addWidget(m_table, 1);
    auto *foot = new QHBoxLayout;
    foot->addStretch(1);
    foot->addWidget(leaveOpen);
    foot->addWidget(m_readSo);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(Margin, Margin, Margin, Margin);
    column->addLayout(head);
    column->addLayout(middle, 1);
    column->addWidget(m_said);
    column->addLayout(foot);

    m_changed.setSingleShot(true);
    m_changed.setInterval(Pause);
    connect(&m_changed, &QTimer::timeout, this, &FileCard::look);
    connect(&m_looking, &QFutureWatcherBase::finished, this, [this] { take(m_looking.result()); });
    connect(m_readSo, &QPushButton::clicked, this, &FileCard::readSo);
    connect(leaveOpen, &QPushButton::clicked, this, &FileCard::leave);
    connect(close, &QToolButton::clicked, this, &FileCard::leave);
    connect(&parts.adder, &StepAdder::filesAdded, this, [this](const StepIds &steps) {
        if (steps.size() == 1)
            openFor(*steps.begin());
    });
    connect(&parts.inspector, &InspectorPanel::fileChosen, this, [this](const std::string &step) {
        openFor(step);
        m_takesFocus = true; // who chooses by a dialog may have no mouse
    });
    connect(&m_document, &Document::changed, this, [this] {
        // Who draws on has seen enough.
        if (isVisible() && m_document.pipeline().steps.size() != m_steps)
            hide();
    });
    m_view.installEventFilter(this);
    hide();
}

void FileCard::openFor(const std::string &step)
{
    const PipelineStep *source = m_document.pipeline().step(step);
    const StepType *type = source ? m_document.registry().find(source->type) : nullptr;
    if (!type || type->kind != StepKind::Source)
        return;
    m_step = step;
    m_takesFocus = false;
    m_params = openParams(*source, *type);
    m_values.clear();
    m_editors.clear();
    m_form->clear();
    look();
}

void FileCard::look()
{
    const PipelineStep *source = m_document.pipeline().step(m_step);
    if (!source)
        return;
    m_looking.setFuture(QtConcurrent::run([&registry = m_document.registry(), type = source->type, params = m_params,
                                           folder = toUtf8(m_document.folder())]() -> Look {
        return std::make_shared<const Result<FileLook>>(lookAtFile(registry, type, params, folder, ShownItems));
    }));
}

void FileCard::take(const Look &found)
{
    const PipelineStep *source = m_document.pipeline().step(m_step);
    if (!source)
        return;
    const Result<FileLook> &look = *found;
    if (!look) {
        if (!isVisible())
            return; // the check says so, at the step
        m_table->clear();
        m_table->setRowCount(0);
        m_table->setColumnCount(0);
        m_said->setText(toQString(look.error().message));
        m_readSo->setEnabled(false);
        return;
    }
    if (m_editors.empty() && look->guesses.empty())
        return;
    m_readSo->setEnabled(true);
    const Value *path = source->param("path");
    const QString name = path && path->isText() ? QFileInfo(toQString(path->toText())).fileName() : toQString(m_step);
    m_title->setText(look->packing.empty() ? tr("How “%1” is read").arg(name)
                                           : tr("How “%1” is read, packed by %2").arg(name, toQString(look->packing)));
    showGuesses(*look);
    showItems(*look);
    QStringList said;
    for (const std::string &warning : look->warnings)
        said << toQString(warning);
    for (const std::string &failure : look->failures)
        said << tr("An item would fail: %1").arg(toQString(failure));
    m_said->setText(said.join(QLatin1Char('\n')));
    m_said->setVisible(!said.isEmpty());
    if (!isVisible()) {
        m_steps = m_document.pipeline().steps.size();
        show();
        raise();
    }
    if (std::exchange(m_takesFocus, false))
        m_readSo->setFocus();
    place();
}

void FileCard::showGuesses(const FileLook &look)
{
    for (const FormatGuess &guess : look.guesses) {
        m_values[guess.param] = guess.value;
        addEditor(guess.param);
        if (const auto editor = m_editors.find(guess.param); editor != m_editors.end()) {
            editor->second->setValue(guess.value);
            editor->second->setToolTip(toQString(guess.words + (guess.why.empty() ? "" : ": " + guess.why)));
        }
    }
}

void FileCard::addEditor(const std::string &name)
{
    const PipelineStep *source = m_document.pipeline().step(m_step);
    const StepType *type = source ? m_document.registry().find(source->type) : nullptr;
    const Param *param = type ? type->param(name) : nullptr;
    if (!param || m_editors.contains(name))
        return;
    ParamEditor *editor = makeParamEditor(*param, m_theme, m_form);
    editor->focusField()->setAccessibleName(titleOf(*param));
    m_form->addRow(titleOf(*param), editor, toQString(param->help), editor->isWide());
    connect(editor, &ParamEditor::edited, this, [this, name](const Value &value) {
        m_values[name] = value;
        PipelineStep tried;
        tried.params = m_params.toObject();
        tried.setParam(name, value);
        m_params = Value(tried.params);
        m_changed.start();
    });
    m_editors[name] = editor;
}

void FileCard::showItems(const FileLook &look)
{
    const size_t columns = look.schema ? std::min(look.schema->size(), MostColumns) : 0;
    m_table->setColumnCount(int(columns));
    m_table->setRowCount(int(look.items.size()));
    for (size_t column = 0; column < columns; ++column) {
        const Field &field = look.schema->field(column);
        m_table->setHorizontalHeaderItem(int(column), new QTableWidgetItem(toQString(field.name) + QLatin1Char('\n')
                                                                           + toQString(typeName(field.type))));
        const bool isNumber = field.type == ValueType::Integer || field.type == ValueType::Real;
        for (size_t row = 0; row < look.items.size(); ++row) {
            auto *cell = new QTableWidgetItem(cellText(look.items[row].member(field.name)));
            cell->setTextAlignment((isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
            m_table->setItem(int(row), int(column), cell);
        }
    }
    m_table->resizeColumnsToContents();
}

/// In the middle at the top, as large as there is room.
void FileCard::place()
{
    const int width = std::min(MostWidth, m_view.width() - 2 * Margin);
    const int height = std::min(MostHeight, m_view.height() - 2 * Margin);
    setGeometry((m_view.width() - width) / 2, Margin, width, height);
}

void FileCard::readSo()
{
    m_document.edit(tr("Read the file so"), {}, [this](Pipeline &pipeline) {
        if (PipelineStep *step = pipeline.step(m_step))
            for (const auto &[param, value] : m_values)
                step->setParam(param, value);
    });
    leave();
}

void FileCard::leave()
{
    m_changed.stop();
    if (QWidget *focused = QApplication::focusWidget(); focused && (focused == this || isAncestorOf(focused)))
        m_view.setFocus(); // first: what is hidden with the focus hands it on as Tab does
    hide();
}

void FileCard::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        leave();
    else if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        m_readSo->click();
    event->accept(); // none of the canvas's
}

bool FileCard::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == &m_view && event->type() == QEvent::Resize && isVisible())
        place();
    return QFrame::eventFilter(watched, event);
}

} // namespace millrace
