//! What a cell of a row and a scalar are read as: one list, for both.

/// Methods that read a value by its SYNTAX. `$object` has the object's name for warnings, and `value` finds its value.
macro_rules! readers {
    ($object:ty) => {
        /// A DisplayString or SnmpAdminString.
        pub fn text(&self, object: $object, warnings: &mut Warnings) -> Field<String> {
            Field::text(object.name, self.value(object), warnings)
        }

        /// An OCTET STRING as it was sent. In JSON these are numbers: say what they mean with [`Field::map`].
        pub fn octets(&self, object: $object, warnings: &mut Warnings) -> Field<Vec<u8>> {
            Field::octets(object.name, self.value(object), warnings)
        }

        /// An INTEGER or Integer32.
        pub fn integer(&self, object: $object, warnings: &mut Warnings) -> Field<i64> {
            Field::integer(object.name, self.value(object), warnings)
        }

        /// An enumeration, with the names of its numbers.
        pub fn enumerated(&self, object: $object, names: &Names, warnings: &mut Warnings) -> Field<Enumerated> {
            Field::enumerated(object.name, self.value(object), names, warnings)
        }

        /// BITS, with the names of the bits.
        pub fn bits(&self, object: $object, names: &'static BitNames, warnings: &mut Warnings) -> Field<Bits> {
            Field::bits(object.name, self.value(object), names, warnings)
        }

        /// A Gauge32 or Unsigned32.
        pub fn gauge(&self, object: $object, warnings: &mut Warnings) -> Field<i64> {
            Field::gauge(object.name, self.value(object), warnings)
        }

        /// A Counter32 or Counter64.
        pub fn counter(&self, object: $object, warnings: &mut Warnings) -> Field<u64> {
            Field::counter(object.name, self.value(object), warnings)
        }

        /// A TimeTicks or TimeStamp.
        pub fn ticks(&self, object: $object, warnings: &mut Warnings) -> Field<i64> {
            Field::ticks(object.name, self.value(object), warnings)
        }

        /// A DateAndTime.
        pub fn date_and_time(&self, object: $object, warnings: &mut Warnings) -> Field<DateAndTime> {
            Field::date_and_time(object.name, self.value(object), warnings)
        }

        /// A TruthValue.
        pub fn truth(&self, object: $object, warnings: &mut Warnings) -> Field<bool> {
            Field::truth(object.name, self.value(object), warnings)
        }

        /// A float or a double in an Opaque, as net-snmp sends them.
        pub fn real(&self, object: $object, warnings: &mut Warnings) -> Field<f64> {
            Field::real(object.name, self.value(object), warnings)
        }

        /// An InterfaceIndex or InterfaceIndexOrZero, of 32 bits without a sign.
        pub fn if_index(&self, object: $object, warnings: &mut Warnings) -> Field<u32> {
            Field::if_index(object.name, self.value(object), warnings)
        }

        /// An OBJECT IDENTIFIER in dotted form.
        pub fn oid(&self, object: $object, warnings: &mut Warnings) -> Field<String> {
            Field::oid(object.name, self.value(object), warnings)
        }

        /// An OBJECT IDENTIFIER as arcs, such as a RowPointer.
        pub fn arcs(&self, object: $object, warnings: &mut Warnings) -> Field<Oid> {
            Field::arcs(object.name, self.value(object), warnings)
        }

        /// An IpAddress.
        pub fn ip_address(&self, object: $object, warnings: &mut Warnings) -> Field<Ipv4Addr> {
            Field::ip_address(object.name, self.value(object), warnings)
        }

        /// A PhysAddress or MacAddress.
        pub fn phys_address(&self, object: $object, warnings: &mut Warnings) -> Field<PhysAddress> {
            Field::phys_address(object.name, self.value(object), warnings)
        }
    };
}

pub(crate) use readers;
