// SPDX-License-Identifier: MIT
#include "inspector/editors/SecretEditor.h"

#include "steps/Secret.h"
#include "theme/Fields.h"
#include "theme/PlainText.h"
#include "theme/Text.h"

#include <QGridLayout>

namespace millrace {

namespace {

constexpr int Dots = 8; // however long the secret is

} // namespace

SecretEditor::SecretEditor(const Param &param, QWidget *parent)
    : ParamEditor(parent), m_place(new ChoiceField), m_name(new TextField(Qt::ElideLeft)), m_dots(new QLineEdit)
{
    using Place = SecretReference::Place;
    m_place->addItem(tr("Variable"), int(Place::Environment));
    m_place->addItem(tr("File"), int(Place::File));
    m_place->setAccessibleName(tr("%1: where it is").arg(titleOf(param)));
    m_name->setAccessibleName(tr("%1: name of the variable or file").arg(titleOf(param)));
    m_dots->setReadOnly(true);
    m_dots->setEchoMode(QLineEdit::Password);
    m_dots->setFocusPolicy(Qt::NoFocus);
    m_dots->setAccessibleName(tr("%1: whether it is there").arg(titleOf(param)));
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(4);
    grid->addWidget(m_place, 0, 0);
    grid->addWidget(m_dots, 0, 1);
    grid->addWidget(m_name, 1, 0, 1, 2);
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 1);
    connect(m_place, &QComboBox::activated, this, &SecretEditor::tell);
    connect(m_name, &QLineEdit::textEdited, this, &SecretEditor::tell);
    showWhetherThere();
}

Value SecretEditor::reference() const
{
    const std::string name = toUtf8(m_name->text());
    if (name.empty())
        return {};
    return SecretReference{SecretReference::Place(m_place->currentData().toInt()), name}.toValue();
}

void SecretEditor::tell()
{
    showWhetherThere();
    Q_EMIT edited(reference());
}

void SecretEditor::showWhetherThere()
{
    const auto given = secretReferenceOf(reference());
    const std::string problem = given ? secretProblem(*given, m_folder) : std::string();
    const bool isThere = given && problem.empty();
    m_dots->setText(isThere ? QString(Dots, QLatin1Char('x')) : QString());
    m_dots->setPlaceholderText(given ? tr("not there") : tr("say where it is"));
    m_dots->setAccessibleDescription(isThere ? tr("It is there.") : m_dots->placeholderText());
    m_dots->setToolTip(problem.empty() ? QString() : plainToolTip(toQString(problem)));
    m_name->setPlaceholderText(m_place->currentIndex() == 0 ? tr("of the environment, e.g. API_TOKEN") : tr("path"));
}

void SecretEditor::setValue(const Value &value)
{
    if (value == reference())
        return;
    const auto given = secretReferenceOf(value);
    if (given)
        m_place->setCurrentIndex(m_place->findData(int(given->place)));
    m_name->setText(given ? toQString(given->name) : QString()); // of a secret in plain nothing is shown
    showWhetherThere();
}

void SecretEditor::setSurroundings(const ParamSurroundings &surroundings)
{
    m_folder = surroundings.folder;
    showWhetherThere();
}

QWidget *SecretEditor::focusField()
{
    return m_name;
}

} // namespace millrace
