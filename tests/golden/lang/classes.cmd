# What gdb and `interject gdb` are asked: [SECTION PLACE], then a command a line. See classes.py.
[classes Visitor::visit]
ptype zoo::Plain
ptype zoo::Hidden
ptype zoo::Mixed
ptype zoo::Animal
ptype zoo::Dog
ptype zoo::Both
ptype zoo::Top
ptype zoo::Via1
ptype zoo::Via2
ptype zoo::Diamond
ptype zoo::Empty
ptype zoo::Derived
ptype zoo::Only
ptype zoo::Any
ptype zoo::Anonymous
ptype zoo::box
ptype zoo::wide
ptype zoo::plain_box
ptype zoo::pair
ptype zoo::Refs
ptype zoo::Statics
ptype zoo::forward
ptype zoo::Size
ptype zoo::Mood
ptype zoo::Legs
ptype zoo::Weight
ptype zoo::Callback
ptype zoo::Box<int>
ptype zoo::Box<int, 3>
ptype zoo::Animal::Kind
ptype zoo::Animal::Tag
ptype zoo::Animal::id_type
ptype zoo::dog
ptype zoo::animal
ptype *zoo::animal
ptype zoo::animal_ref
ptype zoo::dog_ref
ptype zoo::three
ptype zoo::answer
ptype &zoo::answer
ptype zoo::refs.array
ptype zoo::refs.callback
ptype zoo::refs.table
ptype zoo::data
ptype zoo::method
ptype zoo::virtual_method
ptype zoo::size
ptype zoo::null
ptype zoo::list
ptype this
ptype *this
ptype visitor
ptype local
ptype by_value
ptype counter
ptype boxed
ptype Visitor::visit
ptype Visitor
ptype struct Visitor
ptype class Visitor
ptype int(*)[3]
ptype unsigned long
ptype zoo::dog.plain_
ptype zoo::dog.weight
ptype zoo::Animal::weight
ptype zoo::Animal::born
ptype zoo::larger<int>
ptype zoo::Dog *
ptype const zoo::Dog &
ptype (anonymous namespace)::Secret
ptype zoo::anonymous.inner
ptype zoo::any.halves
ptype std::string
ptype text
ptype numbers
ptype words
ptype table
ptype both
ptype unique
ptype shared
ptype std::pair<int, zoo::Plain>
ptype/m zoo::Animal
ptype/t zoo::Animal
ptype/mt zoo::box
ptype/r zoo::box
ptype/o zoo::Plain
ptype/o zoo::Anonymous
ptype/o zoo::Diamond
ptype/o zoo::Any
whatis zoo::Plain
whatis zoo::dog
whatis zoo::animal
whatis *zoo::animal
whatis zoo::animal_ref
whatis zoo::dog_ref
whatis zoo::refs.rref
whatis zoo::refs.function
whatis zoo::refs.data
whatis zoo::refs.table
whatis zoo::refs.array
whatis zoo::box
whatis zoo::box.list
whatis zoo::box.list[0]
whatis zoo::Callback
whatis zoo::Weight
whatis zoo::callback
whatis zoo::answer
whatis zoo::null
whatis zoo::size
whatis zoo::Size
whatis zoo::Animal::id_type
whatis zoo::dog.id_
whatis zoo::dog.kind_
whatis zoo::Mixed::get
whatis zoo::Mixed::count
whatis &zoo::Mixed::open
whatis &zoo::Mixed::get
whatis Visitor::visit
whatis this
whatis *this
whatis first
whatis boxed
whatis by_value
whatis text
whatis numbers
whatis table
whatis unique
whatis 1 + 2.5
whatis true
whatis 'a'
whatis L"abc"
whatis 1 == 2
whatis sizeof(int)
whatis (zoo::Dog *)0
whatis zoo::dog.weight
whatis zoo::dog.weight()
whatis zoo::larger<double>
print zoo::plain
print zoo::mixed
print zoo::dog
print zoo::animal
print *zoo::animal
print zoo::animal_ref
print zoo::dog_ref
print zoo::no_dog
print zoo::both
print zoo::right
print *zoo::right
print zoo::diamond
print zoo::via1
print *zoo::via1
print *zoo::top
print zoo::empty
print zoo::derived
print zoo::only
print zoo::any
print zoo::anonymous
print zoo::box
print zoo::plain_box
print zoo::wide
print zoo::pair
print zoo::refs
print zoo::refs.lref
print zoo::refs.rref
print zoo::refs.object
print zoo::refs.array
print zoo::refs.data
print zoo::refs.function
print zoo::refs.virt
print zoo::statics
print zoo::Statics::self
print zoo::Mixed::count
print zoo::Mixed::limit
print zoo::Statics::ratio
print zoo::none
print zoo::data
print zoo::method
print zoo::virtual_method
print zoo::no_method
print zoo::plain.*zoo::data
print zoo::size
print zoo::mood
print zoo::legs
print zoo::callback
print *zoo::callback
print zoo::answer
print &zoo::answer
print zoo::null
print zoo::list
print zoo::forward
print zoo::versioned
print secret
print (anonymous namespace)::secret
print this
print *this
print this->seen
print seen
print animal
print by_value
print counter
print boxed
print &counter
print &animal
print *&zoo::dog
print &zoo::dog.plain_
print zoo::dog.plain_.text
print zoo::diamond.top
print zoo::diamond.Top::top
print zoo::via1->top
print zoo::dog.id_
print zoo::Dog::alive
print zoo::dog.alive
print &zoo::Mixed::open
print &zoo::Mixed::get
print &zoo::Animal::weight
print &zoo::Plain::b
print zoo::Mixed::get
print zoo::Animal::weight
print zoo::dog.weight
print text
print long_text
print numbers
print words
print table
print both
print unique
print shared
print *unique._M_t._M_t._M_head_impl
print zoo::Size::large
print (zoo::Size)7
print (zoo::Size)3
print zoo::Animal::fish
print (zoo::Animal *)&zoo::dog
print *(zoo::Animal *)&zoo::dog
print (zoo::Right *)&zoo::both
print *(zoo::Right *)&zoo::both
print (zoo::Top *)&zoo::diamond
print *(zoo::Top *)&zoo::diamond
print (zoo::Dog *)zoo::animal
print *(zoo::Dog *)zoo::animal
print static_cast<zoo::Dog *>(zoo::animal)
print reinterpret_cast<long>(zoo::no_dog)
print dynamic_cast<zoo::Dog *>(zoo::animal)
print sizeof(zoo::Dog)
print true
print !true
print 1 == 1
print zoo::dog.weight()
print zoo::animal->weight()
print zoo::mixed.get()
print zoo::dog.overloaded(1)
print zoo::dog.overloaded(1.5)
print zoo::Animal::born(1)
print zoo::larger<int>(3, 4)
print zoo::larger(3, 4)
print zoo::dog < zoo::dog
print zoo::dog(4, 5)
print zoo::dog[3]
print zoo::box.sum()
print zoo::box.at(1)
print zoo::wide.sum()
print zoo::dog.as<int>(5)
print zoo::animal_ref.id()
print this->seen + zoo::dog.id()
set print object on
print zoo::animal
print *zoo::animal
print zoo::animal_ref
print zoo::right
print *zoo::right
print *zoo::top
whatis zoo::animal
whatis *zoo::animal
ptype zoo::right
set print object off
set print static-members off
print zoo::dog
print zoo::statics
set print static-members on
set print vtbl on
print zoo::dog
print zoo::both
set print vtbl off
set print pretty on
print zoo::dog
print zoo::diamond
print zoo::refs.object
print *this
print zoo::anonymous
print zoo::both
set print pretty off
info vtbl zoo::dog
info vtbl zoo::animal
info vtbl zoo::both
info vtbl zoo::plain
info args
info frame nosuch
print/x zoo::plain
print/d zoo::size
print/x zoo::refs.lref
output zoo::plain
print $
print $$2
print zoo::nosuch
print zoo::dog.nosuch
print nosuch::x
print zoo::dog.weight(1)
print zoo::dog.overloaded("x", 1)
ptype zoo::Nosuch
ptype nosuch
whatis zoo
ptype zoo
print zoo
