// SPDX-License-Identifier: MIT
#include "inspector/editors/CodeEditors.h"

#include "expression/language/Parser.h"
#include "expression/operations/OperationTable.h"
#include "inspector/editors/Highlighter.h"
#include "theme/PlainText.h"
#include "theme/RowDelegate.h"
#include "theme/Text.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QKeyEvent>
#include <QRegularExpression>
#include <QScrollBar>
#include <QStandardItemModel>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace millrace {

namespace {

constexpr int FewestLines = 1, MostLines = 8;

enum WordRole { MatchRole = Qt::UserRole, InsertRole };

QStandardItem *wordItem(const QString &word, const QString &shown, const QString &inserted, const QString &help)
{
    auto *item = new QStandardItem(shown);
    item->setData(word, MatchRole);
    item->setData(inserted, InsertRole);
    item->setToolTip(plainToolTip(help));
    item->setEditable(false);
    return item;
}

/// A field's name as an expression says it: names that are no words are members of the item.
QString spelt(const QString &field)
{
    static const QRegularExpression word(QStringLiteral("^[A-Za-z_$][A-Za-z0-9_$]*$"));
    return word.match(field).hasMatch() ? field
                                        : QStringLiteral("item[%1]").arg(toQString(toJson(Value(toUtf8(field)))));
}

void setText(ExpressionField &field, const QString &text)
{
    if (field.toPlainText() == text)
        return;
    const QSignalBlocker blocker(field);
    field.setPlainText(text);
    if (field.hasFocus())
        field.moveCursor(QTextCursor::End);
    field.updateGeometry();
}

/// Where in the text a column is, which counts whole characters.
int characterAt(const QString &text, int column)
{
    qsizetype at = 0;
    for (int i = 1; i < column && at < text.size(); ++i)
        at += text.at(at).isHighSurrogate() ? 2 : 1;
    return int(at);
}

QVBoxLayout *onlyLayout(QWidget *widget)
{
    auto *layout = new QVBoxLayout(widget);
    layout->setContentsMargins(0, 0, 0, 0);
    return layout;
}

} // namespace

ExpressionField::ExpressionField(Theme &theme, bool isOneLine, QWidget *parent)
    : QPlainTextEdit(parent)
    , m_theme(theme)
    , m_isOneLine(isOneLine)
    , m_completer(new QCompleter(this))
    , m_words(new QStandardItemModel(this))
{
    setProperty("code", true);
    setFont(theme.font(FontRole::Code));
    setTabChangesFocus(true);
    setUndoRedoEnabled(false); // the document has the history
    document()->setDocumentMargin(2);
    setFrameShape(QFrame::NoFrame);
    setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    new Highlighter(theme, document());
    m_completer->setModel(m_words);
    m_completer->setWidget(this);
    m_completer->setCaseSensitivity(Qt::CaseInsensitive);
    m_completer->setCompletionMode(QCompleter::PopupCompletion);
    m_completer->setCompletionRole(MatchRole);
    m_completer->popup()->setProperty("popup", true);
    m_completer->popup()->setItemDelegate(new RowDelegate(m_completer->popup()));
    connect(m_completer, QOverload<const QModelIndex &>::of(&QCompleter::activated), this,
            &ExpressionField::insertCompletion);
    connect(this, &QPlainTextEdit::textChanged, this, [this] { updateGeometry(); });
}

void ExpressionField::setFields(const SchemaPtr &fields)
{
    if (fields == m_fields || (fields && m_fields && *fields == *m_fields))
        return;
    m_fields = fields;
    m_isFilled = false;
}

void ExpressionField::fillWords()
{
    if (m_isFilled)
        return;
    m_isFilled = true;
    m_words->clear();
    if (m_fields)
        for (const Field &field : m_fields->fields()) {
            const QString name = toQString(field.name);
            const QString type = toQString(typeName(field.type));
            m_words->appendRow(wordItem(name, QStringLiteral("%1  ·  %2").arg(name, type), spelt(name), tr("A field")));
        }
    for (const Operation &function : expressionFunctions()) {
        const QString name = toQString(function.name);
        m_words->appendRow(
            wordItem(name, toQString(function.signature), name + QLatin1Char('('), toQString(function.help)));
    }
    for (const char *word : {"item", "id", "null", "true", "false"})
        m_words->appendRow(wordItem(QLatin1String(word), QLatin1String(word), QLatin1String(word), {}));
    m_words->setSortRole(MatchRole);
    m_words->sort(0);
}

void ExpressionField::markFault(int character)
{
    QList<QTextEdit::ExtraSelection> marks;
    if (character >= 0 && !document()->isEmpty()) {
        QTextEdit::ExtraSelection mark;
        // Where something is missing at the end, the last character stands for it.
        const int last = std::max(0, document()->characterCount() - 2);
        mark.cursor = QTextCursor(document());
        mark.cursor.setPosition(std::min(character, last));
        mark.cursor.movePosition(QTextCursor::NextCharacter, QTextCursor::KeepAnchor);
        mark.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        mark.format.setUnderlineColor(m_theme.colors().bad);
        marks << mark;
    }
    setExtraSelections(marks);
}

QSize ExpressionField::sizeHint() const
{
    double lines = 0;
    for (QTextBlock block = document()->firstBlock(); block.isValid(); block = block.next())
        lines += std::max(1, block.layout()->lineCount());
    lines = std::clamp(lines, double(m_isOneLine ? FewestLines : 6), double(m_isOneLine ? MostLines : 18));
    return {120, int(std::ceil(lines * QFontMetricsF(font()).lineSpacing())) + 13};
}

QSize ExpressionField::minimumSizeHint() const
{
    return {60, sizeHint().height()};
}

void ExpressionField::resizeEvent(QResizeEvent *event)
{
    QPlainTextEdit::resizeEvent(event);
    updateGeometry();
}

QString ExpressionField::wordBeforeCursor() const
{
    const QString line = textCursor().block().text().left(textCursor().positionInBlock());
    qsizetype start = line.size();
    while (start > 0 && (line.at(start - 1).isLetterOrNumber() || line.at(start - 1) == QLatin1Char('_')))
        --start;
    return line.mid(start);
}

bool ExpressionField::isWithinText() const
{
    QChar open;
    const QString line = textCursor().block().text().left(textCursor().positionInBlock());
    for (qsizetype i = 0; i < line.size(); ++i) {
        const QChar c = line.at(i);
        if (!open.isNull() && c == QLatin1Char('\\'))
            ++i;
        else if (c == open)
            open = {};
        else if (open.isNull() && (c == QLatin1Char('"') || c == QLatin1Char('\'') || c == QLatin1Char('`')))
            open = c;
    }
    return !open.isNull();
}

void ExpressionField::complete()
{
    const QString word = wordBeforeCursor();
    if (word.isEmpty() || word.at(0).isDigit() || isWithinText()) {
        m_completer->popup()->hide();
        return;
    }
    fillWords();
    m_completer->setCompletionPrefix(word);
    const bool isDone = m_completer->completionCount() == 1 && m_completer->currentCompletion() == word;
    if (m_completer->completionCount() == 0 || isDone) {
        m_completer->popup()->hide();
        return;
    }
    // Below the line that is written, where the field ends with it.
    QRect place = cursorRect().translated(viewport()->pos());
    place.setBottom(m_isOneLine ? height() : place.bottom() + 3);
    place.setWidth(std::max(140, m_completer->popup()->sizeHintForColumn(0) + 24));
    m_completer->complete(place);
    m_completer->popup()->setCurrentIndex(m_completer->completionModel()->index(0, 0));
}

void ExpressionField::insertCompletion(const QModelIndex &index)
{
    QTextCursor cursor = textCursor();
    cursor.movePosition(QTextCursor::Left, QTextCursor::KeepAnchor, int(wordBeforeCursor().size()));
    cursor.insertText(index.data(InsertRole).toString());
    setTextCursor(cursor);
}

void ExpressionField::keyPressEvent(QKeyEvent *event)
{
    const bool isOpen = m_completer->popup()->isVisible();
    const int key = event->key();
    if (isOpen && (key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Tab || key == Qt::Key_Escape)) {
        event->ignore(); // the list of completions takes it
        return;
    }
    if (m_isOneLine && (key == Qt::Key_Return || key == Qt::Key_Enter) && !(event->modifiers() & Qt::ShiftModifier)) {
        event->ignore();
        return;
    }
    QPlainTextEdit::keyPressEvent(event);
    const bool isAsked = key == Qt::Key_Space && (event->modifiers() & Qt::ControlModifier);
    if (isAsked || (!event->text().isEmpty() && event->text().at(0).isPrint()) || (isOpen && key == Qt::Key_Backspace))
        complete();
}

bool ExpressionField::isCompleting() const
{
    return m_completer->popup()->isVisible();
}

bool ExpressionField::focusNextPrevChild(bool next)
{
    return !m_completer->popup()->isVisible() && QPlainTextEdit::focusNextPrevChild(next);
}

ExpressionEditor::ExpressionEditor(const Param &param, Theme &theme, QWidget *parent)
    : ParamEditor(parent)
    , m_takesNumbers(param.kind == ParamKind::NumberOrExpression)
    , m_field(new ExpressionField(theme, true))
{
    onlyLayout(this)->addWidget(m_field);
    connect(m_field, &QPlainTextEdit::textChanged, this, [this] {
        const QString text = m_field->toPlainText();
        findFault();
        bool isNumber = false;
        const double number = m_takesNumbers ? text.toDouble(&isNumber) : 0;
        const bool isWhole = isNumber && number == std::floor(number) && std::abs(number) < 1e15;
        Q_EMIT edited(isWhole ? Value(int64_t(number)) : isNumber ? Value(number) : Value(toUtf8(text)));
    });
}

void ExpressionEditor::setValue(const Value &value)
{
    bool isNumber = false;
    const double typed = m_field->toPlainText().toDouble(&isNumber);
    if (value.isNumber() && isNumber && typed == value.toReal())
        return; // "1." while it is typed
    const QString text = toQString(toPlain(value));
    if (m_field->toPlainText() == text)
        return;
    setText(*m_field, text);
    findFault();
}

void ExpressionEditor::findFault()
{
    const QString text = m_field->toPlainText();
    bool isNumber = false;
    if (m_takesNumbers)
        text.toDouble(&isNumber);
    QString fault;
    int character = -1;
    if (!isNumber && !text.trimmed().isEmpty())
        if (const auto parsed = Parser(toUtf8(text)).parse(); !parsed) {
            static const QRegularExpression place(QStringLiteral("^column (\\d+): "));
            fault = toQString(parsed.error().message);
            if (const auto match = place.match(fault); match.hasMatch())
                character = characterAt(text, match.captured(1).toInt());
        }
    m_field->markFault(character);
    if (fault == m_fault)
        return;
    m_fault = fault;
    Q_EMIT faultChanged();
}

void ExpressionEditor::setSurroundings(const ParamSurroundings &surroundings)
{
    m_field->setFields(surroundings.fields);
}

CodeEditor::CodeEditor(const Param &, Theme &theme, QWidget *parent)
    : ParamEditor(parent), m_field(new ExpressionField(theme, false))
{
    QVBoxLayout *layout = onlyLayout(this);
    layout->setSpacing(2);
    layout->addWidget(m_field);
    auto *wider = new QToolButton;
    wider->setText(tr("Write in a window…"));
    wider->setProperty("role", QStringLiteral("link"));
    wider->setCursor(Qt::PointingHandCursor);
    wider->setToolTip(tr("A large editor with line numbers. A double click on the step opens it, too."));
    layout->addWidget(wider, 0, Qt::AlignRight);
    connect(wider, &QToolButton::clicked, this, &CodeEditor::windowWanted);
    connect(m_field, &QPlainTextEdit::textChanged, this,
            [this] { Q_EMIT edited(Value(toUtf8(m_field->toPlainText()))); });
}

void CodeEditor::setValue(const Value &value)
{
    setText(*m_field, toQString(toPlain(value)));
}

void CodeEditor::setSurroundings(const ParamSurroundings &surroundings)
{
    m_field->setFields(surroundings.fields);
}

} // namespace millrace
