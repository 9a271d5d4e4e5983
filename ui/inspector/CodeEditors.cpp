// SPDX-License-Identifier: MIT
#include "inspector/CodeEditors.h"

#include "expression/Functions.h"
#include "inspector/Highlighter.h"
#include "model/Text.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QKeyEvent>
#include <QScrollBar>
#include <QStringListModel>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace millrace {

namespace {

constexpr int FewestLines = 1, MostLines = 8;

QStringList functionNames()
{
    QStringList names;
    for (const ExpressionFunction &function : expressionFunctions())
        names << toQString(function.name);
    return names;
}

QStringList wordsOf(const SchemaPtr &fields)
{
    QStringList words = functionNames();
    if (fields)
        for (const Field &field : fields->fields())
            words << toQString(field.name);
    words << QStringLiteral("item") << QStringLiteral("id") << QStringLiteral("null") << QStringLiteral("true")
          << QStringLiteral("false");
    words.sort(Qt::CaseInsensitive);
    words.removeDuplicates();
    return words;
}

void setText(ExpressionField &field, const QString &text)
{
    if (field.toPlainText() == text)
        return;
    const QSignalBlocker blocker(field);
    field.setPlainText(text);
    field.updateGeometry();
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
    , m_isOneLine(isOneLine)
    , m_completer(new QCompleter(this))
    , m_words(new QStringListModel(this))
{
    setProperty("code", true);
    setFont(theme.font(FontRole::Code));
    setTabChangesFocus(true);
    setFrameShape(QFrame::NoFrame);
    setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    new Highlighter(theme, document());
    m_completer->setModel(m_words);
    m_completer->setWidget(this);
    m_completer->setCaseSensitivity(Qt::CaseInsensitive);
    m_completer->setCompletionMode(QCompleter::PopupCompletion);
    connect(m_completer, QOverload<const QString &>::of(&QCompleter::activated), this,
            &ExpressionField::insertCompletion);
    connect(this, &QPlainTextEdit::textChanged, this, [this] { updateGeometry(); });
}

void ExpressionField::setWords(const QStringList &words)
{
    if (m_words->stringList() != words)
        m_words->setStringList(words);
}

QSize ExpressionField::sizeHint() const
{
    double lines = 0;
    for (QTextBlock block = document()->firstBlock(); block.isValid(); block = block.next())
        lines += std::max(1, block.layout()->lineCount());
    lines = std::clamp(lines, double(m_isOneLine ? FewestLines : 6), double(m_isOneLine ? MostLines : 18));
    return {120, int(std::ceil(lines * QFontMetricsF(font()).lineSpacing())) + 16};
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

void ExpressionField::complete()
{
    const QString word = wordBeforeCursor();
    if (word.isEmpty() || word.at(0).isDigit()) {
        m_completer->popup()->hide();
        return;
    }
    m_completer->setCompletionPrefix(word);
    const bool isDone = m_completer->completionCount() == 1 && m_completer->currentCompletion() == word;
    if (m_completer->completionCount() == 0 || isDone) {
        m_completer->popup()->hide();
        return;
    }
    QRect place = cursorRect();
    place.setWidth(std::max(140, m_completer->popup()->sizeHintForColumn(0) + 24));
    m_completer->complete(place);
    m_completer->popup()->setCurrentIndex(m_completer->completionModel()->index(0, 0));
}

void ExpressionField::insertCompletion(const QString &word)
{
    QTextCursor cursor = textCursor();
    cursor.movePosition(QTextCursor::Left, QTextCursor::KeepAnchor, int(wordBeforeCursor().size()));
    cursor.insertText(functionNames().contains(word) ? word + QLatin1Char('(') : word);
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

ExpressionEditor::ExpressionEditor(const Param &param, Theme &theme, QWidget *parent)
    : ParamEditor(parent)
    , m_takesNumbers(param.kind == ParamKind::NumberOrExpression)
    , m_field(new ExpressionField(theme, true))
{
    onlyLayout(this)->addWidget(m_field);
    m_field->setWords(wordsOf({}));
    connect(m_field, &QPlainTextEdit::textChanged, this, [this] {
        const QString text = m_field->toPlainText();
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
    setText(*m_field, toQString(toPlain(value)));
}

void ExpressionEditor::setSurroundings(const ParamSurroundings &surroundings)
{
    m_field->setWords(wordsOf(surroundings.fields));
}

CodeEditor::CodeEditor(const Param &, Theme &theme, QWidget *parent)
    : ParamEditor(parent), m_field(new ExpressionField(theme, false))
{
    onlyLayout(this)->addWidget(m_field);
    connect(m_field, &QPlainTextEdit::textChanged, this,
            [this] { Q_EMIT edited(Value(toUtf8(m_field->toPlainText()))); });
}

void CodeEditor::setValue(const Value &value)
{
    setText(*m_field, toQString(toPlain(value)));
}

void CodeEditor::setSurroundings(const ParamSurroundings &surroundings)
{
    m_field->setWords(wordsOf(surroundings.fields));
}

} // namespace millrace
